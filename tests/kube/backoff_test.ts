import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backoff } from "../../kube/backoff.ts";

Deno.test("backoff() doubles up to its maximum", () => {
  const waits = [1, 2, 3, 4, 5, 1000].map((n) => backoff(n, { baseMs: 100, maxMs: 1000, random: 0 }));
  assertEquals(waits, [50, 100, 200, 400, 500, 500]);
});

Deno.test("backoff() spreads over the upper half of the wait", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), random, (failures, chance) => {
    const whole = Math.min(10_000, 200 * 2 ** (failures - 1));
    const wait = backoff(failures, { baseMs: 200, maxMs: 10_000, random: chance });
    assert(wait >= whole / 2 && wait <= whole);
  }));
});
