/** `spec.excludeIps`: what a subnet must not hand out by itself. */
import type { Address } from "./address.ts";
import { type Interval, isIpv4, isIpv6, merge } from "./interval.ts";
import { type Checked, listProblems, type Problem } from "./problem.ts";
import { quote } from "./quote.ts";
import { formatRange, parseRange, whyNotRange } from "./range.ts";

/** Both families; ascending and disjoint, but two may touch. */
export interface Exclusions {
  readonly v4: readonly Interval<number>[];
  readonly v6: readonly Interval<bigint>[];
}

/**
 * Reads and tidies the list: duplicates and overlaps are merged, neighbours are left as they were given, and a gateway that no entry
 * covers is added.
 *
 * While one entry is wrong there is no tidied list: a typo is named, never rewritten.
 */
export function parseExclusions(
  entries: readonly string[],
  { gateways }: { readonly gateways: readonly Address[] },
): Checked<Exclusions> {
  const ranges: Interval[] = [];
  const wrong: number[] = [];
  for (const [index, entry] of entries.entries()) {
    const range = parseRange(entry);
    if (range === undefined || isUpperCase(entry)) wrong.push(index);
    else ranges.push(range);
  }
  if (wrong.length > 0) {
    return {
      ok: false,
      problems: listProblems(wrong, (index) => problemOf(entries, index)),
    };
  }
  for (const gateway of gateways) ranges.push({ first: gateway, last: gateway });
  const apart = { neighbours: false };
  return {
    ok: true,
    value: { v4: merge(ranges.filter(isIpv4), apart), v6: merge(ranges.filter(isIpv6), apart) },
  };
}

/** The list as it is written back: canonical, and sorted as Kube-OVN sorts it, as text (`10.0.0.10` before `10.0.0.2`). */
export function formatExclusions({ v4, v6 }: Exclusions): string[] {
  return [...v4, ...v6].map(formatRange).sort();
}

function problemOf(entries: readonly string[], index: number): Problem {
  const entry = entries[index] ?? "";
  const reason = parseRange(entry) === undefined
    ? whyNotRange(entry)
    : { message: `${quote(entry)} is in upper case`, remedy: `write ${entry.toLowerCase()}` };
  return { field: `spec.excludeIps[${index}]`, ...reason };
}

/** Kube-OVN refuses upper-case IPv6 here, and so must we: other readers of the list compare its text. */
function isUpperCase(entry: string): boolean {
  return entry !== entry.toLowerCase();
}
