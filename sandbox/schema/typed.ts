/** Whether a value can be read as its shape at all: what server-side apply asks, and what reading into a Go struct asks. */
import type { Json } from "../../kube/api.ts";
import { itemStep } from "../fields/field_set.ts";
import { typeName } from "./problem.ts";
import { ANY, childShape, itemShape, type Shape } from "./shape.ts";

export interface Options {
  /** Fields that the shape does not have, and items of keyed lists without a key or with that of another, are wrong too. */
  readonly strict: boolean;
}

/** The first thing wrong, such as `.spec.mtu: expected numeric, got string`; `undefined` when nothing is. */
export function typeProblem(shape: Shape, value: Json, { strict }: Options): string | undefined {
  if (value === null || value === undefined || shape === ANY) return undefined;
  const expected = expectation(shape, value);
  if (expected) return `: expected ${expected}, got ${typeName(value)}`;
  if (Array.isArray(value)) return listProblem(shape, value, { strict });
  if (typeof value !== "object") return undefined;
  for (const key in value) {
    const below = childShape(shape, key);
    if (below === undefined && strict) return `.${key}: field not declared in schema`;
    const problem = below && typeProblem(below, value[key], { strict });
    if (problem) return `.${key}${problem}`;
  }
  return undefined;
}

function listProblem(shape: Shape, value: readonly Json[], { strict }: Options): string | undefined {
  const items = itemShape(shape);
  const seen = new Set<string>();
  for (const [i, item] of value.entries()) {
    const problem = typeProblem(items, item, { strict });
    if (problem) return `[${i}]${problem}`;
    if (!strict || !shape.keys && !shape.set) continue;
    const missing = shape.keys?.find((key) =>
      item?.[key] === undefined && items.fields?.get(key)?.default === undefined
    );
    if (missing) {
      return `: element ${i}: associative list with keys has an element that omits key field "${missing}"`;
    }
    const step = itemStep(shape, item);
    if (seen.has(step)) return `: duplicate entries for key ${step.slice(2)}`;
    seen.add(step);
  }
  return undefined;
}

/** What should have been there, if something else is. */
function expectation({ type }: Shape, value: Json): string | undefined {
  switch (type) {
    case "any":
      return undefined;
    case "object":
      return typeof value === "object" && !Array.isArray(value) ? undefined : "map";
    case "array":
      return Array.isArray(value) ? undefined : "list";
    case "string":
      return typeof value === "string" ? undefined : "string";
    case "boolean":
      return typeof value === "boolean" ? undefined : "boolean";
    case "integer":
    case "number":
      return typeof value === "number" || typeof value === "bigint" ? undefined : "numeric (int or float)";
  }
}
