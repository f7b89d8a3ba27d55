/** Which fields an object has: what somebody who applies it owns. */
import type { Json } from "../../kube/api.ts";
import { ANY, childShape, isAtomic, itemShape, type Shape } from "../schema/shape.ts";
import { type FieldSet, isEmpty, itemStep, LEAF } from "./field_set.ts";

/** The fields of an applied value: its leaves, and the entries of its maps and keyed lists. */
export function appliedFields(shape: Shape, value: Json): FieldSet {
  return fields(shape, value, false) ?? LEAF;
}

/** The fields of a value that was not there before: its leaves, and every object on the way to them. */
export function addedFields(shape: Shape, value: Json): FieldSet {
  return fields(shape, value, true) ?? LEAF;
}

/** The node of a value, without saying whether the value itself is a member; `undefined`: it is one, and nothing below. */
function fields(shape: Shape, value: Json, added: boolean): FieldSet | undefined {
  if (typeof value !== "object" || value === null || isAtomic(shape, value)) return undefined;
  const node: Record<string, FieldSet> = {};
  if (Array.isArray(value)) {
    const items = itemShape(shape);
    for (const item of value) node[itemStep(shape, item)] = entry(fields(items, item, added));
  } else {
    for (const key in value) {
      const item = value[key];
      if (item === undefined) continue;
      const below = fields(childShape(shape, key) ?? ANY, item, added);
      if (below === undefined) node[`f:${key}`] = LEAF;
      else if (added || !shape.fields?.has(key)) node[`f:${key}`] = entry(below);
      else if (!isEmpty(below) || isEmptyObject(item)) node[`f:${key}`] = below;
    }
  }
  return node;
}

function isEmptyObject(value: Json): boolean {
  return !Array.isArray(value) && isEmpty(value);
}

function entry(below: FieldSet | undefined): FieldSet {
  return below === undefined || isEmpty(below) ? LEAF : { ".": LEAF, ...below };
}
