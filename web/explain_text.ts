/** An explanation as text for a terminal. */
import { stringify } from "yaml";
import type { Json } from "../kube/api.ts";

export interface Explanation {
  /** `Pod shop/web-0` */
  readonly object: string;
  /** Whether it is in the cache. */
  readonly exists: boolean;
  /** Absent where no handler answers for its kind, or it is not there. */
  readonly plan?: Json;
  /** What would be written now; empty at rest. */
  readonly writes: readonly Json[];
  /** What was written last, oldest first; kept for a while after the object is gone. */
  readonly commits: readonly Json[];
}

export function explanationText({ object, exists, plan, writes, commits }: Explanation): string {
  const lines = [
    exists ? object : `${object} is not there`,
    ...(plan ? ["", "PLAN", ...planLines(plan)] : []),
    ...(exists
      ? ["", "WOULD BE WRITTEN NOW", ...(writes.length > 0 ? writes.flatMap(writeLines) : ["  nothing"])]
      : []),
    ...(commits.length > 0 ? ["", "WAS WRITTEN", ...commits.flatMap(commitLines)] : []),
    "",
  ];
  // Some of it was written by users, and a terminal obeys what it prints.
  return lines.join("\n").replace(/[^\P{Cc}\n]/gu, "�");
}

function planLines({ verdict, conditions, waitsFor, holds = [], annotate = [] }: Json): string[] {
  return [
    `  ${verdict === "wait" ? "waits" : "desired"}`,
    ...Object.entries(conditions).map(([type, { status, reason, message }]: Json) =>
      `  ${type}=${status} ${reason}${message ? `: ${message}` : ""}`
    ),
    ...(waitsFor ? [`  until a change of ${waitsFor.join(", ")}`] : []),
    ...holds.flatMap(({ record, claims }: Json) => [
      `  holds ${record.target}${claims.length > 0 ? ` with ${claims.join(", ")}` : ""}`,
    ]),
    ...annotate.flatMap(({ target, annotations }: Json) => [
      `  tells ${target}`,
      ...Object.entries(annotations).map(([key, value]) => `    ${key}: ${value ?? "(removed)"}`),
    ]),
  ];
}

function writeLines({ phase, does, target, targets, record, claims, ...carried }: Json): string[] {
  const about = target ?? record?.target ?? targets?.join(", ") ?? "";
  const details = record ? { record, claims, ...carried } : carried;
  return [`  ${phase.padEnd(9)} ${does}: ${about}`, ...indented(details)];
}

function commitLines({ at, outcome, phase, exchanges }: Json): string[] {
  return [
    `  ${at}  ${outcome}${phase ? ` in phase ${phase}` : ""}`,
    ...exchanges.map(({ verb, target, subresource, outcome, status, reason, message }: Json) =>
      `    ${verb.padEnd(6)} ${target}${subresource ? `/${subresource}` : ""}  ${outcome} ${status || ""}${
        reason ? ` ${reason}` : ""
      }${message ? `: ${message}` : ""}`.trimEnd()
    ),
  ];
}

function indented(details: Json): string[] {
  if (Object.keys(details).length === 0) return [];
  return stringify(details, { lineWidth: 0 }).trimEnd().split("\n").map((line) => `              ${line}`);
}
