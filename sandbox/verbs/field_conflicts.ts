/** The refusal of an apply that would take fields from others. */
import { members } from "../fields/field_set.ts";
import type { Conflict, Manager } from "../fields/manager.ts";
import { Refusal } from "../refusal.ts";

/** Names every field and its owner. */
export function fieldConflicts(conflicts: readonly Conflict[]): Refusal {
  const causes = conflicts.flatMap(({ manager, fields }) =>
    [...members(fields)].map((path) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${shown(manager)}`,
      field: path.map(step).join(""),
    }))
  ).sort((a, b) => a.field < b.field ? -1 : 1);
  const message = causes.length === 1
    ? `Apply failed with 1 conflict: ${causes[0]!.message}: ${causes[0]!.field}`
    : `Apply failed with ${causes.length} conflicts: ${grouped(causes)}`;
  return new Refusal(409, "Conflict", message, { causes });
}

function shown({ name, operation, subresource, apiVersion, time }: Manager): string {
  const who = JSON.stringify(name);
  if (operation === "Apply") return who;
  const where = subresource ? ` with subresource ${JSON.stringify(subresource)}` : "";
  return `${who}${where} using ${apiVersion} at ${time}`;
}

function grouped(causes: readonly { message: string; field: string }[]): string {
  const lines = Map.groupBy(causes, ({ message }) => message);
  return `conflicts ${
    [...lines].map(([message, of]) =>
      `${message.slice("conflict ".length)}:\n${of.map(({ field }) => `- ${field}`).join("\n")}`
    ).join("\nconflicts ")
  }`;
}

/** `f:spec` as `.spec`, `k:{"type":"Ready"}` as `[type="Ready"]`. */
function step(text: string): string {
  if (text.startsWith("f:")) return `.${text.slice(2)}`;
  if (text.startsWith("v:")) return `[=${text.slice(2)}]`;
  const keys = Object.entries(JSON.parse(text.slice(2)));
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}
