/** An object as lines: one for each value, under its path. */
import type { Json } from "../../kube/api.ts";
import { stringifyJson } from "../../kube/json.ts";

/** Written by every API server into every object; nobody asks for them. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  "apiVersion",
  "kind",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "metadata.resourceVersion",
  "metadata.generation",
  "metadata.creationTimestamp",
  "metadata.managedFields",
]);
/** Path → value; what is empty is left out. Conditions are one line each, under their type; other lists are one value. */
export function leavesOf(object: Json): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  collect(leaves, "", object);
  return leaves;
}

function collect(leaves: Map<string, string>, path: string, value: Json): void {
  if (BOOKKEEPING.has(path) || value === undefined || value === null || value === "") return;
  if (path === "status.conditions" && Array.isArray(value)) {
    for (const { type, status, reason = "", message = "" } of value) {
      leaves.set(`${path}[${type}]`, `${status} ${reason}${message && `: ${message}`}`.trim());
    }
  } else if (typeof value === "object" && !Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) {
      collect(leaves, path ? `${path}.${name}` : name, inner);
    }
  } else leaves.set(path, typeof value === "string" ? value : stringifyJson(value));
}
