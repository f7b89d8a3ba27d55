/** The numbers of a set's pods. @see F0 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { hasOrdinal, type Numbering, ordinalOf } from "../../crds/ordinals.ts";

Deno.test("F0-11: a pod belongs to the set whose whole name comes before the last dash", () => {
  assertEquals(ordinalOf("web-3", "web"), 3);
  assertEquals(ordinalOf("web-1-0", "web-1"), 0);
  assertEquals(ordinalOf("web-1-0", "web"), undefined);
  assertEquals(ordinalOf("other-3", "web"), undefined);
  assertEquals(ordinalOf("web", "web"), undefined);
});

Deno.test("F0-12: what follows the name must be a number as a set would write it", () => {
  for (const suffix of ["", "x", "01", "-1", "1.0", "1e3", "+1", " 1", "0x1", "1_0", "٣", "9".repeat(40)]) {
    assertEquals(ordinalOf(`web-${suffix}`, "web"), undefined, suffix);
  }
  assertEquals(ordinalOf("web-2147483648", "web"), 2147483648);
});

const ordinals = (numbering: Numbering, upTo = 20) =>
  Array.from({ length: upTo }, (_, i) => i).filter((ordinal) => hasOrdinal(numbering, ordinal));

Deno.test("the window begins at start and has as many numbers as there are replicas", () => {
  assertEquals(ordinals({ replicas: 3, start: 10 }), [10, 11, 12]);
  assertEquals(ordinals({ replicas: 3 }), [0, 1, 2]);
  assertEquals(ordinals({ replicas: 0, start: 4 }), []);
});

Deno.test("F0-12: without replicas there is one, without ordinals it is 0; beyond 32 bits nothing wraps", () => {
  assertEquals(ordinals({}), [0]);
  const large = { replicas: 3, start: 2147483647 };
  assertEquals([2147483646, 2147483647, 2147483649, 2147483650].map((o) => hasOrdinal(large, o)), [
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("reserved ordinals are left out, and the window is longer by as many", () => {
  assertEquals(ordinals({ replicas: 4, reserved: [1] }), [0, 2, 3, 4]);
  assertEquals(ordinals({ replicas: 4, reserved: ["2-5", 7] }), [0, 1, 6, 8]);
  assertEquals(ordinals({ replicas: 2, start: 3, reserved: [0, 3, "4-5", 5] }), [6, 7]);
  assertEquals(ordinals({ replicas: 2, reserved: ["a-b", "5-2", "", "1-"] }), [0, 1]);
  assertEquals(hasOrdinal({ replicas: 1, reserved: ["0-999999999999"] }, 1_000_000_000_000), true);
});

Deno.test("whatever is reserved, a set has just as many ordinals as replicas", () => {
  const entry = fc.oneof(
    fc.nat(30),
    fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  );
  fc.assert(
    fc.property(fc.nat(10), fc.nat(10), fc.array(entry, { maxLength: 6 }), (replicas, start, reserved) => {
      const all = ordinals({ replicas, start, reserved }, 60);
      assertEquals(all.length, replicas);
      const isReserved = (ordinal: number) =>
        reserved.some((r) => {
          const [from = 0, to = from] = String(r).split("-").map(Number);
          return from <= ordinal && ordinal <= to;
        });
      assertEquals(all.filter((ordinal) => ordinal < start || isReserved(ordinal)), []);
    }),
  );
});
