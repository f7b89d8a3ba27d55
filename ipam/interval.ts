/** Closed intervals of addresses of one family. */
import type { Address } from "./address.ts";

/** Both ends belong to it; `first <= last`. */
export interface Interval<A extends Address = Address> {
  readonly first: A;
  readonly last: A;
}

export function isIpv4<I extends Interval>(interval: I): interval is I & Interval<number> {
  return typeof interval.first === "number";
}

export function isIpv6<I extends Interval>(interval: I): interval is I & Interval<bigint> {
  return typeof interval.first === "bigint";
}

/** False for an address of the other family. */
export function includes({ first, last }: Interval, address: Address): boolean {
  return typeof address === typeof first && first <= address && address <= last;
}

/** False for intervals of different families. */
export function meet(a: Interval, b: Interval): boolean {
  return typeof a.first === typeof b.first && a.first <= b.last && b.first <= a.last;
}

/** How many addresses it has. */
export function sizeOf({ first, last }: Interval): bigint {
  return BigInt(last) - BigInt(first) + 1n;
}

/** The next higher address; the caller knows that there is one. */
export function next<A extends Address>(address: A): A {
  const value: Address = address;
  return (typeof value === "number" ? value + 1 : value + 1n) as A;
}

/** The next lower address; the caller knows that there is one. */
export function previous<A extends Address>(address: A): A {
  const value: Address = address;
  return (typeof value === "number" ? value - 1 : value - 1n) as A;
}

/** What of the intervals lies inside `bounds`. */
export function clip<A extends Address>(
  intervals: readonly Interval<A>[],
  bounds: Interval<A>,
): Interval<A>[] {
  return intervals.filter((interval) => meet(interval, bounds)).map(({ first, last }) => ({
    first: first < bounds.first ? bounds.first : first,
    last: last > bounds.last ? bounds.last : last,
  }));
}

/**
 * The same addresses as ascending disjoint intervals: what overlaps becomes one, and with `neighbours` also what only touches.
 */
export function merge<A extends Address>(
  intervals: readonly Interval<A>[],
  { neighbours }: { readonly neighbours: boolean },
): Interval<A>[] {
  const merged: { first: A; last: A }[] = [];
  for (const { first, last } of intervals.toSorted(byFirst)) {
    const open = merged.at(-1);
    if (open === undefined || first > (neighbours ? next(open.last) : open.last)) {
      merged.push({ first, last });
    } else if (last > open.last) open.last = last;
  }
  return merged;
}

/** What of `runs` is left without `holes`; both must be ascending and disjoint, and so is the result. */
export function* subtract<A extends Address>(
  runs: Iterable<Interval<A>>,
  holes: Iterable<Interval<A>>,
): Generator<Interval<A>> {
  const rest = holes[Symbol.iterator]();
  let hole = rest.next();
  for (const { first, last } of runs) {
    let open = first;
    while (!hole.done && hole.value.first <= last) {
      if (open < hole.value.first) yield { first: open, last: previous(hole.value.first) };
      if (open <= hole.value.last) open = next(hole.value.last);
      if (open > last) break;
      hole = rest.next();
    }
    if (open <= last) yield { first: open, last };
  }
}

/** What is in both; both must be ascending and disjoint, and so is the result. */
export function* intersect<A extends Address>(
  runs: Iterable<Interval<A>>,
  others: Iterable<Interval<A>>,
): Generator<Interval<A>> {
  const rest = others[Symbol.iterator]();
  let other = rest.next();
  for (const run of runs) {
    while (!other.done && other.value.last < run.first) other = rest.next();
    while (!other.done && other.value.first <= run.last) {
      yield* clip([other.value], run);
      if (other.value.last > run.last) break;
      other = rest.next();
    }
  }
}

/** How many addresses all of them have; they must be disjoint. */
export function totalOf(runs: Iterable<Interval>): bigint {
  let total = 0n;
  for (const run of runs) total += sizeOf(run);
  return total;
}

/** The lowest address of ascending runs for which `skip` does not hold. It is asked of those for which it holds, and of one more. */
export function lowest<A extends Address>(
  runs: Iterable<Interval<A>>,
  { skip }: { readonly skip: (address: A) => boolean },
): A | undefined {
  for (const { first, last } of runs) {
    for (let address = first; address <= last; address = next(address)) if (!skip(address)) return address;
  }
  return undefined;
}

function byFirst(a: Interval, b: Interval): number {
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}
