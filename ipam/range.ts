/** Ranges of addresses as users write them, `a..b`, and as statuses show them, `a-b,c`. */
import { type Address, familyOf, formatAddress, parseAddress, whyNotAddress } from "./address.ts";
import type { Interval } from "./interval.ts";
import { quote } from "./quote.ts";

/**
 * Reads `a` or `a..b`.
 *
 * @returns `undefined` where {@link whyNotRange} has a reason.
 */
export function parseRange(text: string): Interval | undefined {
  const dots = text.indexOf("..");
  const first = parseAddress(dots < 0 ? text : text.slice(0, dots));
  const last = dots < 0 ? first : parseAddress(text.slice(dots + 2));
  if (first === undefined || last === undefined) return undefined;
  return familyOf(first) === familyOf(last) && first <= last ? { first, last } : undefined;
}

/** Why {@link parseRange} refuses a text, and what to write instead. */
export function whyNotRange(text: string): { readonly message: string; readonly remedy: string } {
  const dots = text.indexOf("..");
  if (dots < 0) return { message: whyNotAddress(text), remedy: "write an address or first..last" };
  const [from, to] = [text.slice(0, dots), text.slice(dots + 2)];
  if (to.includes("..")) {
    return { message: `${quote(text)} has more than one ".."`, remedy: "write first..last" };
  }
  const [first, last] = [parseAddress(from), parseAddress(to)];
  if (first === undefined || last === undefined) {
    return { message: whyNotAddress(first === undefined ? from : to), remedy: "write first..last" };
  }
  if (familyOf(first) !== familyOf(last)) {
    return { message: `${quote(text)} mixes IPv4 and IPv6`, remedy: "write one range for each family" };
  }
  return {
    message: `${quote(text)} runs backwards`,
    remedy: `write ${formatRange({ first: last, last: first })}`,
  };
}

/** `a..b`, or `a` where both are the same. */
export function formatRange({ first, last }: Interval): string {
  return first === last ? formatAddress(first) : `${formatAddress(first)}..${formatAddress(last)}`;
}

/** More runs than this are cut off with `,...`: a status must stay small however fragmented a subnet is. */
export const RENDERED_RUNS = 1_024;

/** `a-b,c` ascending, `""` for none, at most {@link RENDERED_RUNS} runs. */
export function renderRuns<A extends Address>(runs: Iterable<Interval<A>>): string {
  const parts: string[] = [];
  for (const { first, last } of runs) {
    if (parts.length === RENDERED_RUNS) {
      parts.push("...");
      break;
    }
    parts.push(first === last ? formatAddress(first) : `${formatAddress(first)}-${formatAddress(last)}`);
  }
  return parts.join(",");
}
