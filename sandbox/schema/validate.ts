/**
 * Whether a value is what its schema asks for.
 *
 * On an update, values that did not change are not judged again, except the object as a whole ("ratcheting").
 *
 * @see KEP-4008 (CRD validation ratcheting)
 */
import type { Json } from "../../kube/api.ts";
import { equal } from "./equal.ts";
import { limitProblems } from "./limits.ts";
import { duplicate, invalid, type Problem, required, typeName, wrongType } from "./problem.ts";
import { childShape, itemShape, type Shape } from "./shape.ts";

const NOT_RUN =
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

/** All problems of a whole object, metadata apart: of structure first; only where these block nothing, of the rules. */
export function validate(shape: Shape, object: Json, old?: Json): Problem[] {
  const visit = new Visit();
  visit.structure(shape, object, old);
  if (visit.problems.some((each) => each.blocking)) visit.problems.push(invalid("<nil>", null, NOT_RUN));
  else if (shape.ruled) visit.rules(shape, object, old);
  return visit.problems;
}

/** Paths are put together only where there is something to say: most objects are right. */
class Visit {
  readonly problems: Problem[] = [];
  readonly #path: string[] = [];

  structure(shape: Shape, value: Json, old: Json): void {
    if (shape.type === "any" && !shape.fields && !shape.items) return;
    const isRoot = this.#path.length === 0;
    if (old !== undefined && !isRoot && equal(value, old)) return;
    if (!hasType(shape, value)) {
      const path = this.#field();
      const detail = `${path} in body must be of type ${shape.type}: "${typeName(value)}"`;
      this.problems.push(wrongType(path, value, detail));
      return;
    }
    if (value === null) return;
    if (shape.limits) this.problems.push(...limitProblems(shape.limits, value, () => this.#field()));
    if (Array.isArray(value)) return this.#list(shape, value, old);
    if (typeof value !== "object") return;
    for (const key in value) {
      const below = childShape(shape, key);
      if (below === undefined || value[key] === undefined || isRoot && key === "metadata") continue;
      this.#path.push(key);
      this.structure(below, value[key], old?.[key]);
      this.#path.pop();
    }
    for (const name of shape.required) {
      if (value[name] === undefined) this.problems.push(required(this.#field(name)));
    }
  }

  rules(shape: Shape, value: Json, old: Json): void {
    if (value === null || old !== undefined && this.#path.length > 0 && equal(value, old)) return;
    for (const { transition, optional, holds, message, fieldPath } of shape.rules) {
      if (transition && old === undefined && !optional || holds(value, old)) continue;
      const path = this.#field();
      const at = fieldPath ? `${path}${fieldPath}` : path === "" ? "<nil>" : path;
      this.problems.push(invalid(at, typeof value === "object" ? typeName(value) : value, message));
    }
    if (typeof value !== "object") return;
    if (Array.isArray(value)) {
      const items = itemShape(shape);
      for (const [i, item] of items.ruled ? value.entries() : []) {
        this.#path.push(`[${i}]`);
        this.rules(items, item, counterpart(shape, item, old));
        this.#path.pop();
      }
      return;
    }
    for (const key in value) {
      const below = childShape(shape, key);
      if (!below?.ruled || value[key] === undefined) continue;
      this.#path.push(key);
      this.rules(below, value[key], old?.[key]);
      this.#path.pop();
    }
  }

  #list(shape: Shape, value: readonly Json[], old: Json): void {
    const items = itemShape(shape);
    const isKeyed = shape.keys !== undefined || shape.set;
    const seen = new Set<string>();
    for (const [i, item] of value.entries()) {
      this.#path.push(`[${i}]`);
      this.structure(items, item, counterpart(shape, item, old));
      if (isKeyed) {
        const text = shape.keys?.map((key) => JSON.stringify(item?.[key])).join() ?? JSON.stringify(item);
        if (seen.has(text)) this.problems.push(duplicate(this.#field(), identity(shape, item)));
        seen.add(text);
      }
      this.#path.pop();
    }
  }

  /** `spec.ports[0].name` */
  #field(name?: string): string {
    const steps = name === undefined ? this.#path : [...this.#path, name];
    return steps.join(".").replaceAll(".[", "[");
  }
}

function identity({ keys }: Shape, item: Json): Json {
  return keys ? Object.fromEntries(keys.map((key) => [key, item?.[key]])) : item;
}

/** The item of the same key before; items of other lists have none. */
function counterpart({ keys }: Shape, item: Json, old: Json): Json {
  if (!keys || !Array.isArray(old)) return undefined;
  return old.find((each) => keys.every((key) => equal(each[key], item[key])));
}

function hasType({ type, nullable }: Shape, value: Json): boolean {
  if (value === null) return nullable;
  switch (type) {
    case "any":
      return true;
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && !Array.isArray(value);
    case "number":
      return typeof value === "number" || typeof value === "bigint";
    case "integer":
      return typeof value === "bigint" || Number.isInteger(value);
  }
}
