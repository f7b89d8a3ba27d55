/** The numbers that a set gives its pods. */

/** Which numbers a set has at present; what is absent is as its API defaults it. */
export interface Numbering {
  /** @default 1 */
  readonly replicas?: number | undefined;
  /** @default 0 */
  readonly start?: number | undefined;
  /** Left out: `1`, or `"2-5"` with both ends (OpenKruise). */
  readonly reserved?: readonly (number | string)[] | undefined;
}

/** More digits than any set counts to, and few enough to be exact. */
const MOST_DIGITS = 15;

/**
 * `3` of `web-3` in the set `web`; undefined where the name is not exactly the set's, a dash and a number.
 *
 * `web-1-0` is no member of `web`: it is `web-1`'s.
 */
export function ordinalOf(member: string, set: string): number | undefined {
  if (!member.startsWith(`${set}-`)) return undefined;
  const text = member.slice(set.length + 1);
  return text.length <= MOST_DIGITS && /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : undefined;
}

/** Whether the set has a member of that number: from `start` on the first `replicas` ones that are not reserved. */
export function hasOrdinal({ replicas = 1, start = 0, reserved = [] }: Numbering, ordinal: number): boolean {
  const skipped = merged(reserved.flatMap(rangeOf));
  if (ordinal < start || skipped.some(([from, to]) => from <= ordinal && ordinal <= to)) return false;
  const before = skipped.reduce(
    (sum, [from, to]) => sum + Math.max(0, Math.min(to + 1, ordinal) - Math.max(from, start)),
    0,
  );
  return ordinal - start - before < replicas;
}

type Range = readonly [from: number, to: number];

/** None where the text is no range: OpenKruise refuses such a set. */
function rangeOf(entry: number | string): readonly Range[] {
  const [from = NaN, to = from] = String(entry).split("-", 3).map((text) => text === "" ? NaN : Number(text));
  return from <= to ? [[from, to]] : [];
}

/** In order, and without numbers that are in two of them. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const disjoint: Range[] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const free = Math.max(from, (disjoint.at(-1)?.[1] ?? -1) + 1);
    if (free <= to) disjoint.push([free, to]);
  }
  return disjoint;
}
