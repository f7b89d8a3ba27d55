import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Managers } from "../../sandbox/fields/manager.ts";
import { trackApply, trackUpdate } from "../../sandbox/fields/managers.ts";
import { compile } from "../../sandbox/schema/compile.ts";

// deno-lint-ignore no-explicit-any -- objects of any shape
type Json = any;

const shape = compile({
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        size: { type: "integer" },
        labels: { type: "object", additionalProperties: { type: "string" } },
        tags: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
        lines: { type: "array", items: { type: "string" } },
        ports: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["port"],
          items: { type: "object", properties: { port: { type: "integer" }, name: { type: "string" } } },
        },
      },
    },
  },
});

const PLAIN = { noNullPrototype: true };

/** Nothing that is empty: a map or list that loses its last entry and is applied empty comes out as null, on the real one too. */
const ports = fc.uniqueArray(fc.record({ port: fc.nat(2), name: fc.constantFrom("a", "b") }, PLAIN), {
  selector: ({ port }) => port,
  minLength: 1,
  maxLength: 3,
});
const config = fc.record({
  spec: fc.record({
    size: fc.nat(2),
    labels: fc.dictionary(fc.constantFrom("x", "y"), fc.constantFrom("1", "2"), { ...PLAIN, minKeys: 1 }),
    tags: fc.uniqueArray(fc.constantFrom("p", "q", "r"), { minLength: 1 }),
    lines: fc.array(fc.constantFrom("l", "m"), { maxLength: 2 }),
    ports,
  }, { ...PLAIN, requiredKeys: [] }),
}, PLAIN).filter(({ spec }) => Object.keys(spec).length > 0);
const steps = fc.array(fc.record({ name: fc.constantFrom("a", "b", "c"), config }), {
  minLength: 1,
  maxLength: 8,
});

interface State {
  readonly object: Json;
  readonly managers: Managers;
}

function apply({ object, managers }: State, name: string, config: Json): State {
  const writer = { name, apiVersion: "v1", subresource: "", time: "t" };
  const applied = trackApply(managers, { shape, live: object, config, writer, force: true, touches: false });
  if (!("object" in applied)) throw new Error("conflict in spite of force");
  return applied;
}

Deno.test("apply: what was applied last is there", () => {
  fc.assert(fc.property(steps, (all) => {
    let state: State = { object: {}, managers: [] };
    for (const { name, config } of all) {
      state = apply(state, name, config);
      const { spec } = state.object;
      if (config.spec.size !== undefined) assertEquals(spec.size, config.spec.size);
      if (config.spec.lines !== undefined) assertEquals(spec.lines, config.spec.lines);
      for (const [key, value] of Object.entries(config.spec.labels ?? {})) {
        assertEquals(spec.labels[key], value);
      }
      for (const port of config.spec.ports ?? []) {
        assertEquals(spec.ports.find((p: Json) => p.port === port.port), port);
      }
    }
  }));
});

Deno.test("apply: applying the same again changes neither object nor owners", () => {
  fc.assert(fc.property(steps, (all) => {
    let state: State = { object: {}, managers: [] };
    for (const { name, config } of all) {
      state = apply(state, name, config);
      assertEquals(apply(state, name, config), state);
    }
  }));
});

Deno.test("apply: when every manager has let go, nothing is left and nobody owns anything", () => {
  fc.assert(fc.property(steps, (all) => {
    let state: State = { object: {}, managers: [] };
    for (const { name, config } of all) state = apply(state, name, config);
    for (const { name } of all) state = apply(state, name, {});
    assertEquals(state.managers, []);
    assertEquals(Object.values(state.object.spec ?? {}).filter((value) => value !== null), []);
  }));
});

Deno.test("apply: the object that was there is not changed", () => {
  fc.assert(fc.property(steps, (all) => {
    let state: State = { object: {}, managers: [] };
    for (const { name, config } of all) {
      const before = structuredClone(state);
      const next = apply(state, name, config);
      assertEquals(state, before);
      state = next;
    }
  }));
});

Deno.test("update: who changes a field owns it, and nobody else does", () => {
  const writer = (name: string) => ({ name, apiVersion: "v1", subresource: "", time: "t" });
  const first = { spec: { size: 1, tags: ["p"], ports: [{ port: 1, name: "a" }] } };
  const made = trackUpdate([], { shape, before: {}, after: first, writer: writer("a") });
  const second = { spec: { size: 2, tags: ["p", "q"], ports: [{ port: 1, name: "b" }] } };
  const [a, b] = trackUpdate(made, { shape, before: first, after: second, writer: writer("b") });
  assertEquals(a?.fields, {
    "f:spec": {
      ".": {},
      "f:tags": { ".": {}, 'v:"p"': {} },
      "f:ports": { ".": {}, 'k:{"port":1}': { ".": {}, "f:port": {} } },
    },
  });
  assertEquals(b?.fields, {
    "f:spec": { "f:size": {}, "f:tags": { 'v:"q"': {} }, "f:ports": { 'k:{"port":1}': { "f:name": {} } } },
  });
});
