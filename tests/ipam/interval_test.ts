import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  clip,
  includes,
  intersect,
  type Interval,
  isIpv4,
  isIpv6,
  lowest,
  meet,
  merge,
  next,
  previous,
  sizeOf,
  subtract,
  totalOf,
} from "../../ipam/interval.ts";

const interval: fc.Arbitrary<Interval<number>> = fc.tuple(fc.nat(60), fc.nat(8)).map(([first, length]) => ({
  first,
  last: first + length,
}));
const intervals = fc.array(interval, { maxLength: 12 });

function members(list: Iterable<Interval<number>>): number[] {
  const all = new Set<number>();
  for (const { first, last } of list) for (let a = first; a <= last; a++) all.add(a);
  return [...all].sort((a, b) => a - b);
}

const widen = ({ first, last }: Interval<number>): Interval<bigint> => ({
  first: BigInt(first),
  last: BigInt(last),
});

Deno.test("merging keeps the addresses and leaves ascending intervals that do not overlap", () => {
  fc.assert(fc.property(intervals, fc.boolean(), (list, neighbours) => {
    const merged = merge(list, { neighbours });
    assertEquals(members(merged), members(list));
    for (const [index, { first }] of merged.entries()) {
      const before = merged[index - 1];
      if (before) assertEquals(first > before.last + (neighbours ? 1 : 0), true);
    }
    assertEquals(merge(merged, { neighbours }), merged);
    assertEquals(merge(list.map(widen), { neighbours }), merged.map(widen));
  }));
});

Deno.test("merging without neighbours leaves what only touches as it was given", () => {
  const touching = [{ first: 1, last: 2 }, { first: 3, last: 3 }];
  assertEquals(merge(touching, { neighbours: false }), touching);
  assertEquals(merge(touching, { neighbours: true }), [{ first: 1, last: 3 }]);
});

Deno.test("subtracting leaves what is in the runs and in no hole", () => {
  fc.assert(
    fc.property(intervals, intervals, fc.boolean(), (a, b, neighbours) => {
      const runs = merge(a, { neighbours }), holes = merge(b, { neighbours });
      const rest = [...subtract(runs, holes)];
      const gone = new Set(members(holes));
      assertEquals(members(rest), members(runs).filter((address) => !gone.has(address)));
      for (const [index, { first, last }] of rest.entries()) {
        const before = rest[index - 1];
        assertEquals(first <= last && (before === undefined || before.last < first), true);
      }
      assertEquals([...subtract(runs.map(widen), holes.map(widen))], rest.map(widen));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("intersecting leaves what is in both", () => {
  fc.assert(
    fc.property(intervals, intervals, fc.boolean(), (a, b, neighbours) => {
      const runs = merge(a, { neighbours }), others = merge(b, { neighbours });
      const both = [...intersect(runs, others)], wanted = new Set(members(others));
      assertEquals(members(both), members(runs).filter((address) => wanted.has(address)));
      assertEquals(
        both.every(({ first, last }, i) => first <= last && (both[i - 1]?.last ?? -1) < first),
        true,
      );
      assertEquals(totalOf(both), BigInt(members(both).length));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("clipping keeps what lies inside the bounds", () => {
  fc.assert(fc.property(intervals, interval, (list, bounds) => {
    const inside = members(list).filter((address) => includes(bounds, address));
    assertEquals(members(clip(list, bounds)), inside);
  }));
});

Deno.test("addresses and intervals of different families have nothing in common", () => {
  const v4 = { first: 0, last: 10 }, v6 = { first: 0n, last: 10n };
  assertEquals(includes(v4, 5), true);
  assertEquals(includes(v4, 5n), false);
  assertEquals(includes(v6, 5), false);
  assertEquals(meet(v4, v4), true);
  assertEquals(meet(v4, v6), false);
  assertEquals([isIpv4(v4), isIpv4(v6), isIpv6(v4), isIpv6(v6)], [true, false, false, true]);
});

Deno.test("neighbours and sizes are exact up to the last address of either family", () => {
  assertEquals(next(0xfffffffe), 0xffffffff);
  assertEquals(previous((1n << 128n) - 1n), (1n << 128n) - 2n);
  assertEquals(sizeOf({ first: 0, last: 0xffffffff }), 1n << 32n);
  assertEquals(sizeOf({ first: 0n, last: (1n << 128n) - 1n }), 1n << 128n);
});

Deno.test("the lowest address that is not skipped is found, asking no further than that", () => {
  const asked: number[] = [];
  const skipped = new Set([1, 2, 3, 7]);
  const skip = (address: number) => {
    asked.push(address);
    return skipped.has(address);
  };
  assertEquals(lowest([{ first: 1, last: 3 }, { first: 7, last: 1_000_000_000 }], { skip }), 8);
  assertEquals(asked, [1, 2, 3, 7, 8]);
  assertEquals(lowest([{ first: 1, last: 3 }], { skip }), undefined);
});
