import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { type Address, formatAddress, parseAddress } from "../../ipam/address.ts";
import { type Exclusions, formatExclusions, parseExclusions } from "../../ipam/exclude.ts";
import { includes } from "../../ipam/interval.ts";
import { formatRange } from "../../ipam/range.ts";
import { anyText } from "./arbitraries.ts";

function addresses(...texts: string[]): Address[] {
  return texts.flatMap((text) => parseAddress(text) ?? []);
}

function accepted(entries: readonly string[], gateways: readonly Address[] = []): Exclusions {
  const parsed = parseExclusions(entries, { gateways });
  assert(parsed.ok);
  return parsed.value;
}

function tidied(entries: readonly string[], ...gateways: string[]): string[] {
  return formatExclusions(accepted(entries, addresses(...gateways)));
}

Deno.test("without entries the gateways are all that is excluded", () => {
  assertEquals(tidied([], "10.0.0.1"), ["10.0.0.1"]);
  assertEquals(tidied([], "10.0.0.1", "fd00::1"), ["10.0.0.1", "fd00::1"]);
});

Deno.test("a gateway is added only when no entry covers it", () => {
  assertEquals(tidied(["10.0.0.1..10.0.0.9"], "10.0.0.1"), ["10.0.0.1..10.0.0.9"]);
  assertEquals(tidied(["10.0.0.2..10.0.0.9"], "10.0.0.1"), ["10.0.0.1", "10.0.0.2..10.0.0.9"]);
});

Deno.test("duplicates and overlaps are merged", () => {
  assertEquals(tidied(["10.0.0.5", "10.0.0.5"]), ["10.0.0.5"]);
  assertEquals(tidied(["10.0.0.1..10.0.0.5", "10.0.0.5..10.0.0.9"]), ["10.0.0.1..10.0.0.9"]);
  assertEquals(tidied(["10.0.0.1..10.0.0.9", "10.0.0.3"]), ["10.0.0.1..10.0.0.9"]);
  assertEquals(tidied(["fd00::a", "fd00::1..fd00::ff"]), ["fd00::1..fd00::ff"]);
});

Deno.test("neighbours are left as they were given", () => {
  assertEquals(tidied(["10.0.0.3", "10.0.0.4", "10.0.0.5..10.0.0.6"]), [
    "10.0.0.3",
    "10.0.0.4",
    "10.0.0.5..10.0.0.6",
  ]);
});

Deno.test("the list is sorted as text", () => {
  assertEquals(tidied(["10.0.0.2", "fd00::2", "10.0.0.10", "fd00::10"]), [
    "10.0.0.10",
    "10.0.0.2",
    "fd00::10",
    "fd00::2",
  ]);
});

Deno.test("entries are written back canonically, and a range of one address as that address", () => {
  assertEquals(tidied(["fd00:0:0::0005", "10.0.0.7..10.0.0.7"]), ["10.0.0.7", "fd00::5"]);
});

Deno.test("every wrong entry is named with its place and a remedy, and nothing is rewritten", () => {
  const parsed = parseExclusions(
    [
      "10.0.0.5",
      "10.0.0.x",
      "10.0.0.9..10.0.0.2",
      "FD00::1",
      "10.0.0.1..fd00::1",
      "1.1.1.1..2.2.2.2..3.3.3.3",
      "",
    ],
    { gateways: [] },
  );
  assert(!parsed.ok);
  assertEquals(
    parsed.problems.map(({ field }) => field),
    [1, 2, 3, 4, 5, 6].map((i) => `spec.excludeIps[${i}]`),
  );
  const [typo, reversed, upper, mixed, twice] = parsed.problems;
  assertStringIncludes(typo?.message ?? "", '"10.0.0.x" is not an IP address');
  assertEquals(reversed?.remedy, "write 10.0.0.2..10.0.0.9");
  assertEquals(upper?.remedy, "write fd00::1");
  assertStringIncludes(mixed?.message ?? "", "mixes IPv4 and IPv6");
  assertStringIncludes(twice?.message ?? "", 'more than one ".."');
});

Deno.test("of 100,000 wrong entries ten are named and the rest counted", () => {
  const parsed = parseExclusions(Array.from({ length: 100_000 }, (_, i) => `typo-${i}`), { gateways: [] });
  assert(!parsed.ok);
  assertEquals(parsed.problems.length, 10);
  assertStringIncludes(parsed.problems.at(-1)?.message ?? "", "and 99990 more entries are wrong");
});

Deno.test("100,000 entries in any order are merged into what they cover", () => {
  const all = Array.from({ length: 100_000 }, (_, i) => 0x0a000000 + 2 * ((i * 7_919) % 100_000));
  const { v4, v6 } = accepted(all.map(formatAddress));
  assertEquals(v4.length, 100_000);
  assertEquals(v6, []);
  const overlapping = Array.from(
    { length: 100_000 },
    (_, i) => formatRange({ first: 0x0a000000 + i, last: 0x0a000000 + i + 1 }),
  );
  assertEquals(tidied(overlapping.reverse()), ["10.0.0.0..10.1.134.160"]);
});

const small = fc.nat(40).map((n) => 0x0a000000 + n);
const entry = fc.tuple(small, fc.nat(6), fc.boolean()).map(([first, length, v6]) =>
  v6
    ? formatRange({ first: BigInt(first), last: BigInt(first + length) })
    : formatRange({ first, last: first + length })
);

Deno.test("tidying keeps what is covered, adds the gateway, and has nothing left to do the second time", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 10 }), small, (entries, gateway) => {
      const before = accepted(entries), after = accepted(entries, [gateway]);
      for (let a = 0x0a000000; a < 0x0a000000 + 60; a++) {
        const was = before.v4.some((range) => includes(range, a)),
          was6 = before.v6.some((range) => includes(range, BigInt(a)));
        assertEquals(after.v4.some((range) => includes(range, a)), was || a === gateway);
        assertEquals(after.v6.some((range) => includes(range, BigInt(a))), was6);
      }
      const list = formatExclusions(after);
      assertEquals(formatExclusions(accepted(list, [gateway])), list);
      assertEquals(formatExclusions(accepted(entries.toReversed(), [gateway])), list);
    }),
    { numRuns: 500 },
  );
});

Deno.test("no entries make the parser throw or its answer long", () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 20 }), (entries) => {
      const parsed = parseExclusions(entries, { gateways: [] });
      if (!parsed.ok) assert(JSON.stringify(parsed.problems).length < 4_000);
    }),
    { numRuns: 1_000 },
  );
});
