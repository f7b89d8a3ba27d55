import { assertEquals, assertThrows } from "@std/assert";
import { jsonPatch, mergePatch } from "../../sandbox/verbs/patch.ts";
import { strategicPatch } from "../../sandbox/verbs/strategic.ts";
import { sandbox } from "./sandbox.ts";
import { Pod } from "../conformance/world.ts";

// deno-lint-ignore no-explicit-any -- any JSON
type Json = any;

Deno.test("mergePatch() follows the examples of RFC 7386", () => {
  const cases: [Json, Json, Json][] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of cases) assertEquals(mergePatch(target, patch), result);
});

Deno.test("jsonPatch() tests, adds, replaces and removes, in fields and lists", () => {
  const object = { a: { "x/y": 1, "m~n": 2 }, list: ["p", "q"] };
  const steps = [
    { op: "test", path: "/list/0", value: "p" },
    { op: "add", path: "/list/1", value: "n" },
    { op: "add", path: "/list/-", value: "z" },
    { op: "remove", path: "/list/0" },
    { op: "replace", path: "/a/x~1y", value: 3 },
    { op: "remove", path: "/a/m~0n" },
    { op: "add", path: "/b", value: { c: 1 } },
  ] as const;
  assertEquals(jsonPatch(object, steps), { a: { "x/y": 3 }, list: ["n", "q", "z"], b: { c: 1 } });
  assertEquals(object, { a: { "x/y": 1, "m~n": 2 }, list: ["p", "q"] });
});

Deno.test("jsonPatch() refuses as a whole what does not apply", () => {
  const wrong = [
    { op: "test", path: "/a", value: 2 },
    { op: "remove", path: "/b" },
    { op: "add", path: "/b/c", value: 1 },
    { op: "remove", path: "/list/1" },
    { op: "add", path: "/list/x", value: 1 },
    { op: "add", path: "a", value: 1 },
  ] as const;
  for (const step of wrong) {
    const error = assertThrows(() => {
      try {
        jsonPatch({ a: 1, list: [1] }, [step]);
      } catch (refusal) {
        throw new Error(String((refusal as { code: number }).code));
      }
    });
    assertEquals(error.message, "422", JSON.stringify(step));
  }
});

Deno.test("strategicPatch() merges lists by key, and deletes on demand", () => {
  const { shape } = sandbox().kindOf(Pod);
  const live = {
    metadata: { labels: { a: "1", b: "1" }, finalizers: ["x", "y"] },
    spec: { containers: [{ name: "a", image: "1" }, { name: "b", image: "1" }], tolerations: [{ key: "t" }] },
  };
  const patch = {
    metadata: { labels: { a: null }, "$deleteFromPrimitiveList/finalizers": ["x"], finalizers: ["z"] },
    spec: {
      "$setElementOrder/containers": [{ name: "a" }],
      containers: [{ name: "a", image: "2" }, { name: "b", $patch: "delete" }, { name: "c", image: "1" }],
      tolerations: [{ key: "u" }],
    },
  };
  assertEquals(strategicPatch(shape, live, patch), {
    metadata: { labels: { b: "1" }, finalizers: ["y", "z"] },
    spec: { containers: [{ name: "a", image: "2" }, { name: "c", image: "1" }], tolerations: [{ key: "u" }] },
  });
  assertEquals(strategicPatch(shape, live, { spec: { $patch: "replace", nodeName: "n" } }).spec, {
    nodeName: "n",
  });
});
