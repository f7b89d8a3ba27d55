/** A rehearsal as a diff that a person reads from top to bottom. */
import { leavesOf } from "./leaves.ts";
import type { Change, Refusal, Rehearsal } from "./rehearse.ts";

export function diffText({ changes, refusals }: Rehearsal): string {
  const count = (test: (change: Change) => boolean) => changes.filter(test).length;
  const created = count(({ before }) => !before), deleted = count(({ after }) => !after);
  return [
    ...changes.flatMap(changeLines),
    ...refusals.flatMap(refusalLines),
    `${created} would be created, ${changes.length - created - deleted} changed, ${deleted} deleted; ` +
    `${refusals.length} would wait. Nothing was written.`,
  ].join("\n");
}

function changeLines({ kind, key, before, after }: Change): string[] {
  const sign = !before ? "+" : !after ? "-" : "~";
  const lines = !after ? [] : fieldLines(before, after);
  return before && after && lines.length === 0 ? [] : [`${sign} ${kind} ${key}`, ...lines, ""];
}

function fieldLines(before: Change["before"], after: Change["after"]): string[] {
  const old = leavesOf(before ?? {}), now = leavesOf(after);
  const gone = [...old].filter(([path]) => !now.has(path)).map(([path, value]) => `    - ${path}: ${value}`);
  const there = [...now].flatMap(([path, value]) => {
    const was = old.get(path);
    if (was === value) return [];
    return [was === undefined ? `    + ${path}: ${value}` : `    ~ ${path}: ${was} → ${value}`];
  });
  return [...gone, ...there];
}

function refusalLines({ kind, key, reason, message }: Refusal): string[] {
  return [`! ${kind} ${key}`, `    ${reason}: ${message}`, ""];
}
