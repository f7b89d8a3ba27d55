import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { selectorProblem, selects } from "../../controllers/namespace/selector.ts";
import type { LabelSelector } from "../../crds/selector.ts";

const labels = { team: "red", tier: "web" };

const cases: readonly (readonly [what: string, selector: LabelSelector, selects: boolean])[] = [
  ["an empty selector selects everything", {}, true],
  ["matchLabels: all of them", { matchLabels: { team: "red", tier: "web" } }, true],
  ["matchLabels: one differs", { matchLabels: { team: "red", tier: "db" } }, false],
  ["matchLabels: a label that is not there", { matchLabels: { zone: "a" } }, false],
  ["In", { matchExpressions: [{ key: "team", operator: "In", values: ["blue", "red"] }] }, true],
  ["In, another value", { matchExpressions: [{ key: "team", operator: "In", values: ["blue"] }] }, false],
  ["In, no such label", { matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] }, false],
  ["NotIn", { matchExpressions: [{ key: "team", operator: "NotIn", values: ["blue"] }] }, true],
  ["NotIn, that value", { matchExpressions: [{ key: "team", operator: "NotIn", values: ["red"] }] }, false],
  ["NotIn, no such label", { matchExpressions: [{ key: "zone", operator: "NotIn", values: ["a"] }] }, true],
  ["Exists", { matchExpressions: [{ key: "team", operator: "Exists" }] }, true],
  ["Exists, no such label", { matchExpressions: [{ key: "zone", operator: "Exists" }] }, false],
  ["DoesNotExist", { matchExpressions: [{ key: "zone", operator: "DoesNotExist" }] }, true],
  ["DoesNotExist, but it does", { matchExpressions: [{ key: "team", operator: "DoesNotExist" }] }, false],
  ["both halves must agree", {
    matchLabels: { team: "red" },
    matchExpressions: [{ key: "tier", operator: "In", values: ["db"] }],
  }, false],
  ["a name from Object.prototype is a label like any other", {
    matchExpressions: [{ key: "constructor", operator: "Exists" }],
  }, false],
];

for (const [what, selector, expected] of cases) {
  Deno.test(`selector: ${what}`, () => assertEquals(selects(selector, labels), expected));
}

const malformed: readonly (readonly [LabelSelector, string])[] = [
  [{ matchExpressions: [{ key: "a", operator: "Bogus", values: ["b"] }] }, `"Bogus" is not an operator`],
  [{ matchExpressions: [{ key: "a", operator: "toString" }] }, `"toString" is not an operator`],
  [{ matchExpressions: [{ key: "a" }] }, `"" is not an operator`],
  [{ matchExpressions: [{ operator: "Exists" }] }, "key is missing"],
  [{ matchExpressions: [{ key: "a", operator: "In" }] }, "In without values"],
  [{ matchExpressions: [{ key: "a", operator: "NotIn", values: [] }] }, "NotIn without values"],
  [{ matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] }, "Exists takes no values"],
];

for (const [selector, message] of malformed) {
  Deno.test(`selector: ${message}: selects nothing, and its place is named`, () => {
    assertEquals(selects(selector, { a: "b" }), false);
    const problem = selectorProblem(selector);
    assertEquals(problem?.field, "matchExpressions[0]");
    assertStringIncludes(problem?.message ?? "", message);
  });
}

Deno.test("selector: whatever is stored, reading it never throws", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist", "__proto__"));
  const requirement = fc.record({ key: text, operator: text, values: fc.array(text) }, { requiredKeys: [] });
  const selector = fc.record({
    matchLabels: fc.dictionary(text, text),
    matchExpressions: fc.array(requirement),
  }, { requiredKeys: [] });
  fc.assert(fc.property(selector, fc.dictionary(text, text), (s, l) => {
    const selected = selects(s, l);
    if (selectorProblem(s)) assertEquals(selected, false);
  }));
});
