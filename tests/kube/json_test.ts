import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseJson, stringifyJson } from "../../kube/json.ts";

Deno.test("integers of an int64 survive, whatever stands around them", () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(fc.property(int64, fc.string(), fc.jsonValue(), (integer, before, after) => {
    const back = parseJson(stringifyJson({ before, integer, after }));
    assertEquals(BigInt(back.integer), integer);
    assertEquals(typeof back.integer, Number.isSafeInteger(Number(integer)) ? "number" : "bigint");
    assertEquals(JSON.stringify(back.before), JSON.stringify(before));
  }));
});

Deno.test("a long number is found at every position", () => {
  for (let at = 0; at < 40; at++) {
    assertEquals(parseJson(`{"${"a".repeat(at)}":9007199254740993}`)["a".repeat(at)], 9007199254740993n);
  }
});

Deno.test("beyond an int64 a number is what the API server makes of it", () => {
  assertEquals(parseJson(stringifyJson([2n ** 64n])), [18446744073709552000]);
});

Deno.test("digits in text and numbers with a fraction or exponent stay what they are", () => {
  const text = '{"a":"90071992547409931","b":0.90071992547409931,"c":9007199254740993e0}';
  assertEquals(parseJson(text), JSON.parse(text));
});

Deno.test("ordinary values are printed and parsed as JSON does", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = stringifyJson(value);
    assertEquals(text, JSON.stringify(value));
    assertEquals(stringifyJson(parseJson(text)), text);
  }));
});

Deno.test("parseJson() throws on what is not JSON, stringifyJson() on a cycle", () => {
  assertThrows(() => parseJson("<html>"), SyntaxError);
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const error = assertThrows(() => stringifyJson(cycle), TypeError);
  assertStringIncludes(error.message, "circular");
});
