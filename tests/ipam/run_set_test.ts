import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Address } from "../../ipam/address.ts";
import { type Axis, ipv4Axis, ipv6Axis } from "../../ipam/axis.ts";
import { clip, type Interval } from "../../ipam/interval.ts";
import { RunSet } from "../../ipam/run_set.ts";

/** Few enough for a naive model, and enough for several chunks when every other one is there. */
const UNIVERSE = 2_000;

interface Numbers<A extends Address> {
  readonly axis: Axis<A>;
  readonly at: (index: number) => A;
}
const v4: Numbers<number> = { axis: ipv4Axis, at: (index) => 0xfffff000 + index };
const v6: Numbers<bigint> = {
  axis: ipv6Axis,
  at: (index) => (0xfd00n << 112n) + (1n << 64n) - 1_000n + BigInt(index),
};

function runsOf<A extends Address>(model: readonly boolean[], at: (index: number) => A): Interval<A>[] {
  const runs: Interval<A>[] = [];
  for (let i = 0; i < UNIVERSE; i++) {
    if (!model[i]) continue;
    const first = i;
    while (model[i + 1]) i++;
    runs.push({ first: at(first), last: at(i) });
  }
  return runs;
}

function behavesLikeASet<A extends Address>({ axis, at }: Numbers<A>): void {
  const operation = fc.record({
    add: fc.boolean(),
    from: fc.nat(UNIVERSE - 1),
    count: fc.nat(1_200),
    step: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 12 }),
      fc.array(fc.boolean(), { maxLength: UNIVERSE, size: "max" }),
      (operations, start) => {
        const model = Array.from({ length: UNIVERSE }, (_, i) => start[i] ?? false);
        const set = new RunSet(axis, runsOf(model, at));
        for (const { add, from, count, step } of operations) {
          for (let i = from; i < Math.min(from + count * step, UNIVERSE); i += step) {
            assertEquals(add ? set.add(at(i)) : set.delete(at(i)), model[i] !== add);
            model[i] = add;
          }
          const runs = runsOf(model, at);
          assertEquals([...set.runs()], runs);
          assertEquals(set.first, runs[0]?.first);
          const bounds = { first: at(from), last: at(Math.min(from + count, UNIVERSE - 1)) };
          assertEquals([...set.within(bounds)], clip(runs, bounds));
        }
        for (let i = 0; i < UNIVERSE; i++) assertEquals(set.has(at(i)), model[i]);
      },
    ),
    { numRuns: 150 },
  );
}

Deno.test("a RunSet of IPv4 addresses behaves like a set", () => behavesLikeASet(v4));

Deno.test("a RunSet of IPv6 addresses behaves like a set", () => behavesLikeASet(v6));

Deno.test("a set of all IPv6 addresses is one run, and taking one out of its middle makes it two", () => {
  const last = (1n << 128n) - 1n, middle = 1n << 127n;
  const set = new RunSet(ipv6Axis, [{ first: 0n, last }]);
  assert(set.delete(middle) && !set.delete(middle));
  assertEquals([...set.runs()], [{ first: 0n, last: middle - 1n }, { first: middle + 1n, last }]);
  assert(set.add(middle) && !set.add(middle));
  assertEquals([...set.runs()], [{ first: 0n, last }]);
  assert(set.delete(0n) && set.delete(last));
  assertEquals([...set.runs()], [{ first: 1n, last: last - 1n }]);
});
