import { assertEquals } from "@std/assert";
import {
  boolean,
  counter,
  enum_,
  type Infer,
  integer,
  list,
  listMap,
  map,
  object,
  open,
  string,
} from "../../crds/schema.ts";

Deno.test("a schema's type and its OpenAPI follow from the same text", () => {
  const spec = object({
    name: string().required(),
    replicas: integer(),
    kind: enum_("a", "b"),
    tags: list(string()),
    labels: map(boolean()),
    holder: open({ uid: string().required() }).required(),
    free: counter(),
  });

  type Wanted = {
    readonly name: string;
    readonly replicas?: number;
    readonly kind?: "a" | "b";
    readonly tags?: readonly string[];
    readonly labels?: Readonly<Record<string, boolean>>;
    readonly holder: { readonly uid: string };
    readonly free?: number | bigint;
  };
  const same: Same<Infer<typeof spec>, Wanted> = true;
  assertEquals(same, true);

  assertEquals(spec.json, {
    type: "object",
    required: ["name", "holder"],
    properties: {
      name: { type: "string" },
      replicas: { type: "integer" },
      kind: { type: "string", enum: ["a", "b"] },
      tags: { type: "array", items: { type: "string" } },
      labels: { type: "object", additionalProperties: { type: "boolean" } },
      holder: {
        type: "object",
        required: ["uid"],
        properties: { uid: { type: "string" } },
        "x-kubernetes-preserve-unknown-fields": true,
      },
      free: { type: "number" },
    },
  });
});

Deno.test("min() and max() bound the length of text, the number of items and the value of numbers", () => {
  assertEquals(string().min(1).max(2).json, { type: "string", minLength: 1, maxLength: 2 });
  assertEquals(list(string()).min(1).max(2).json, {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    maxItems: 2,
  });
  assertEquals(integer().min(1).max(2).json, { type: "integer", minimum: 1, maximum: 2 });
});

Deno.test("default() and doc() come out under their OpenAPI names", () => {
  assertEquals(string().default("ab").doc("x").json, {
    type: "string",
    default: "ab",
    description: "x",
  });
});

Deno.test("cel() rules add up in the order given", () => {
  assertEquals(string().cel("a", "A").cel("b", "B", { optionalOldSelf: true }).json, {
    type: "string",
    "x-kubernetes-validations": [
      { rule: "a", message: "A" },
      { rule: "b", message: "B", optionalOldSelf: true },
    ],
  });
});

Deno.test("immutable() puts its rule on the object around, where it also sees the field removed", () => {
  const { json } = object({ must: string().required().immutable(), may: string().immutable() });
  assertEquals(json["x-kubernetes-validations"], [
    { rule: "self.must == oldSelf.must", message: "must is immutable", fieldPath: ".must" },
    {
      rule: "has(self.may) == has(oldSelf.may) && (!has(self.may) || self.may == oldSelf.may)",
      message: "may is immutable",
      fieldPath: ".may",
    },
  ]);
  assertEquals(json.properties, { must: { type: "string" }, may: { type: "string" } });
});

Deno.test("setOnce() lets an absent or empty field be filled in, and names CEL's reserved words as it wants them", () => {
  const { json } = open({ namespace: string().setOnce() });
  assertEquals(json["x-kubernetes-validations"], [{
    rule: "!has(oldSelf.__namespace__) || oldSelf.__namespace__ == '' || " +
      "(has(self.__namespace__) && self.__namespace__ == oldSelf.__namespace__)",
    message: "namespace is set once and then stays",
    fieldPath: ".namespace",
  }]);
});

Deno.test("the rules of fields and of the object around stand side by side, whatever is called in which order", () => {
  const { json } = open({ a: string().immutable().doc("x").required() }).cel("r", "R").default({ a: "" });
  assertEquals(json["x-kubernetes-validations"]?.map(({ message }) => message), ["a is immutable", "R"]);
});

Deno.test("listMap() merges by key", () => {
  assertEquals(listMap("type", object({ type: string().required() })).json, {
    type: "array",
    items: { type: "object", required: ["type"], properties: { type: { type: "string" } } },
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["type"],
  });
});

Deno.test("no method changes the schema it is called on", () => {
  const before = string();
  before.required().min(3).immutable().doc("x");
  assertEquals(before.json, { type: "string" });
  assertEquals([before.isRequired, before.transitions.length], [false, 0]);
});

/** `true` only for exactly equal types, `readonly` and `?` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : never;
