/** Results for people. */
import type { Result } from "./play.ts";

/** What stands behind the sentences that rest on a decision of our own. */
const OURS = "*";

/** Id, verdict, seconds and sentence, and why where there is something to say. @param width of the longest id */
export function lineOf({ id, verdict, seconds, sentence, ours, why }: Result, width: number): string {
  const time = seconds > 0 ? `${seconds.toFixed(1)} s` : "";
  const line = [
    id.padEnd(width),
    verdict.padEnd(11),
    time.padStart(7),
    `${sentence}${ours ? ` ${OURS}` : ""}`,
  ];
  const reason = why === ""
    ? ""
    : `\n${" ".repeat(width)}  ${why.replaceAll("\n", `\n${" ".repeat(width)}  `)}`;
  return `${line.join("  ")}${reason}`;
}

/** `70 passed, 1 failed, 2 not yet`, and what the mark means. */
export function summary(results: readonly Result[]): string {
  const counts = new Map<string, number>([["passed", 0], ["failed", 0]]);
  for (const { verdict } of results) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const text = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
  return `${text}\n${OURS} rests on a decision of ours: another controller may answer otherwise.`;
}
