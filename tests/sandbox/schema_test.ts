import { assertEquals } from "@std/assert";
import { decode } from "../../sandbox/schema/decode.ts";
import { compile } from "../../sandbox/schema/compile.ts";
import { typeProblem } from "../../sandbox/schema/typed.ts";
import { validate } from "../../sandbox/schema/validate.ts";

const shape = compile({
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      default: {},
      properties: {
        size: { type: "integer", default: 3, minimum: 1, maximum: 9 },
        name: { type: "string", minLength: 2, maxLength: 3, pattern: "^[a-z]*$" },
        mode: { type: "string", enum: ["on", "off"] },
        anything: { "x-kubernetes-preserve-unknown-fields": true },
        count: { type: "number" },
        open: {
          type: "object",
          "x-kubernetes-preserve-unknown-fields": true,
          properties: { inner: { type: "string" } },
        },
        maybe: { type: "string", nullable: true },
        lines: { type: "array", maxItems: 2, items: { type: "string" } },
        ports: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["port"],
          items: { type: "object", required: ["port"], properties: { port: { type: "integer" } } },
        },
      },
    },
  },
});

Deno.test("decode() drops unknown fields, except where they are to stay", () => {
  const body = { spec: { size: 1, oops: 1, anything: { a: 1 }, open: { inner: "x", more: 1 } }, oops: 1 };
  assertEquals(decode(shape, body), { spec: { size: 1, anything: { a: 1 }, open: { inner: "x", more: 1 } } });
});

Deno.test("decode() fills in defaults, also those inside of defaults; null asks for them", () => {
  assertEquals(decode(shape, {}), { spec: { size: 3 } });
  assertEquals(decode(shape, { spec: { size: null, name: null, maybe: null } }), {
    spec: { size: 3, maybe: null },
  });
});

Deno.test("decode() shares what it leaves alone", () => {
  const body = { spec: { size: 1, anything: { a: [1] } } };
  assertEquals(decode(shape, body) === body, true);
});

Deno.test("decode() keeps integers of 64 bits, and rounds greater ones", () => {
  const counts = [2n ** 63n - 1n, 2n ** 64n, 5n].map((count) =>
    decode(shape, { spec: { size: 1, count } }).spec.count
  );
  assertEquals(counts, [2n ** 63n - 1n, 2 ** 64, 5]);
});

Deno.test("validate() names field, reason and what is wrong", () => {
  const cases: [object, string, string][] = [
    [{ size: 0 }, "spec.size", "FieldValueInvalid"],
    [{ size: 10 }, "spec.size", "FieldValueInvalid"],
    [{ size: "1" }, "spec.size", "FieldValueTypeInvalid"],
    [{ size: 1.5 }, "spec.size", "FieldValueTypeInvalid"],
    [{ name: "a" }, "spec.name", "FieldValueInvalid"],
    [{ name: "abcd" }, "spec.name", "FieldValueTooLong"],
    [{ name: "AB" }, "spec.name", "FieldValueInvalid"],
    [{ mode: "maybe" }, "spec.mode", "FieldValueNotSupported"],
    [{ lines: ["a", "b", "c"] }, "spec.lines", "FieldValueTooMany"],
    [{ lines: ["a", 1] }, "spec.lines[1]", "FieldValueTypeInvalid"],
    [{ ports: [{}] }, "spec.ports[0].port", "FieldValueRequired"],
    [{ ports: [{ port: 1 }, { port: 1 }] }, "spec.ports[1]", "FieldValueDuplicate"],
  ];
  for (const [spec, field, reason] of cases) {
    const [problem] = validate(shape, { spec });
    assertEquals([problem?.field, problem?.reason], [field, reason], JSON.stringify(spec));
  }
  assertEquals(validate(shape, {})[0]?.message, "Required value");
});

Deno.test("validate() counts characters, not their halves", () => {
  assertEquals(
    validate(compile({ type: "object", properties: { a: { type: "string", maxLength: 2 } } }), { a: "😀😀" }),
    [],
  );
});

Deno.test("validate() does not judge again what did not change", () => {
  const old = { spec: { size: 99, name: "x" } };
  assertEquals(validate(shape, { spec: { ...old.spec, mode: "on" } }, old), []);
  assertEquals(validate(shape, { spec: { ...old.spec, size: 98 } }, old).map(({ field }) => field), [
    "spec.size",
  ]);
});

Deno.test("typeProblem() finds the first thing that does not fit", () => {
  const cases: [object, string | undefined][] = [
    [{ spec: { size: 1, maybe: null } }, undefined],
    [{ spec: { size: "1" } }, ".spec.size: expected numeric (int or float), got string"],
    [{ spec: { oops: 1 } }, ".spec.oops: field not declared in schema"],
    [{ spec: { lines: "x" } }, ".spec.lines: expected list, got string"],
    [{ spec: { open: { more: 1, inner: 1 } } }, ".spec.open.inner: expected string, got integer"],
    [{ spec: { ports: [{ port: 1 }, { port: 1 }] } }, '.spec.ports: duplicate entries for key {"port":1}'],
  ];
  for (const [value, problem] of cases) assertEquals(typeProblem(shape, value, { strict: true }), problem);
  assertEquals(typeProblem(shape, { spec: { oops: 1 } }, { strict: false }), undefined);
});
