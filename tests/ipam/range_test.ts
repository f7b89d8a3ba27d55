import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { formatRange, parseRange, RENDERED_RUNS, renderRuns, whyNotRange } from "../../ipam/range.ts";
import { anyText, ipv4, ipv6 } from "./arbitraries.ts";

Deno.test("a range survives being printed and read", () => {
  fc.assert(fc.property(fc.oneof(fc.tuple(ipv4, ipv4), fc.tuple(ipv6, ipv6)), ([a, b]) => {
    const range = a <= b ? { first: a, last: b } : { first: b, last: a };
    assertEquals(parseRange(formatRange(range)), range);
  }));
  assertEquals(formatRange({ first: 1, last: 1 }), "0.0.0.1");
});

Deno.test("a text that is no range is refused with its reason and what to write instead", () => {
  for (
    const [text, message, remedy] of [
      ["10.0.0.9..10.0.0.2", "backwards", "write 10.0.0.2..10.0.0.9"],
      ["10.0.0.1..fd00::1", "mixes IPv4 and IPv6", "one range for each family"],
      ["10.0.0.1..10.0.0.2..10.0.0.3", 'more than one ".."', "first..last"],
      ["10.0.0.1..", '"" is not an IP address', "first..last"],
      ["10.0.0.1...10.0.0.2", '".10.0.0.2" is not', "first..last"],
      ["10.0.0.1-10.0.0.2", "is not an IP address", "first..last"],
      ["10.0.0.0/30", "prefix length", "first..last"],
      ["10.0.0.x", "is not an IP address", "first..last"],
    ] as const
  ) {
    assertEquals(parseRange(text), undefined, text);
    assertStringIncludes(whyNotRange(text).message, message);
    assertStringIncludes(whyNotRange(text).remedy, remedy);
  }
});

Deno.test("no text makes the range parser throw or its reason long", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      if (parseRange(text) !== undefined) return;
      const { message, remedy } = whyNotRange(text);
      assert(message.length + remedy.length < 240);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("runs are shown as a-b or a, ascending, and nothing as the empty text", () => {
  assertEquals(renderRuns([]), "");
  assertEquals(
    renderRuns([{ first: 0x0a000001, last: 0x0a000003 }, { first: 0x0a000005, last: 0x0a000005 }]),
    "10.0.0.1-10.0.0.3,10.0.0.5",
  );
});

Deno.test("what follows the last shown run is not even looked at", () => {
  const seen: number[] = [];
  function* runs() {
    for (let i = 0;; i += 2) {
      seen.push(i);
      yield { first: i, last: i };
    }
  }
  const parts = renderRuns(runs()).split(",");
  assertEquals(parts.length, RENDERED_RUNS + 1);
  assertEquals(parts.at(-1), "...");
  assertEquals(seen.length, RENDERED_RUNS + 1);
  const exactly = Array.from({ length: RENDERED_RUNS }, (_, i) => ({ first: 2 * i, last: 2 * i }));
  assertEquals(renderRuns(exactly).endsWith("..."), false);
});
