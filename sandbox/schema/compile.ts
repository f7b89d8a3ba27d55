/** From OpenAPI v3 to a {@link Shape}. */
import type { Json } from "../../kube/api.ts";
import { predicateOf } from "./rules.ts";
import { ANY, type Limits, type Rule, type Shape } from "./shape.ts";

/**
 * The shape of an OpenAPI v3 schema as it stands in a CustomResourceDefinition.
 *
 * `x-typed` is our own: see {@link Shape.typed}; it holds for everything below that does not say otherwise.
 */
export function compile(schema: Json, isInTyped = false): Shape {
  const typed = schema["x-typed"] ?? isInTyped;
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const type = typeOf(schema);
  if (type === "any" && !schema.properties) return schema.nullable ? ANY : { ...ANY, nullable: false };
  const fields = schema.properties
    ? new Map<string, Shape>(
      Object.entries(schema.properties).map(([key, value]) => [key, compile(value, typed)]),
    )
    : undefined;
  const extra = schema.additionalProperties;
  const values = extra && extra !== true ? compile(extra, typed) : open || extra === true ? ANY : undefined;
  const items = schema.items ? compile(schema.items, typed) : undefined;
  const listType = schema["x-kubernetes-list-type"];
  const keys: string[] | undefined = schema["x-kubernetes-list-map-keys"];
  const limits = limitsOf(schema);
  const rules: Rule[] = (schema["x-kubernetes-validations"] ?? []).map(ruleOf);
  const below = [...fields?.values() ?? [], ...(values && extra ? [values] : []), ...(items ? [items] : [])];
  return {
    type,
    nullable: schema.nullable === true,
    ...(fields ? { fields } : {}),
    ...(values ? { values } : {}),
    ...(items ? { items } : {}),
    atomic: type === "array"
      ? listType !== "map" && listType !== "set"
      : schema["x-kubernetes-map-type"] === "atomic",
    ...(listType === "map" && keys ? { keys } : {}),
    set: listType === "set",
    required: schema.required ?? [],
    ...(schema.default !== undefined ? { default: schema.default } : {}),
    ...(limits ? { limits } : {}),
    rules,
    ownDefaults: [...fields ?? []].filter(([, field]) => field.default !== undefined),
    defaults: schema.default !== undefined || below.some((shape) => shape.defaults),
    ruled: rules.length > 0 || below.some((shape) => shape.ruled),
    typed,
  };
}

function typeOf(schema: Json): Shape["type"] {
  if (schema["x-kubernetes-int-or-string"]) return "any";
  return schema.type ?? (schema.properties ? "object" : "any");
}

function limitsOf(schema: Json): Limits | undefined {
  const { enum: values, minLength, maxLength, minimum, maximum, minItems, maxItems, maxProperties } = schema;
  const pattern = schema.pattern === undefined
    ? undefined
    : { text: schema.pattern, regexp: new RegExp(schema.pattern, "u") };
  const limits = {
    enum: values,
    pattern,
    minLength,
    maxLength,
    minimum,
    maximum,
    minItems,
    maxItems,
    maxProperties,
  };
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

function ruleOf({ rule, message, fieldPath, optionalOldSelf }: Json): Rule {
  return {
    holds: predicateOf(rule),
    message: message ?? `failed rule: ${rule}`,
    ...(fieldPath ? { fieldPath } : {}),
    transition: /\boldSelf\b/.test(rule),
    optional: optionalOldSelf === true,
  };
}
