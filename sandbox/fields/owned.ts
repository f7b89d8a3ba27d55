/** Which fields an object has: what somebody who applies it owns. */
import type { Json } from "../../kube/api.ts";
import { ANY, childShape, isAtomic, itemShape, type Shape } from "../schema/shape.ts";
import { type FieldSet, fieldStep, isEmpty, itemStep, LEAF } from "./field_set.ts";

/** The fields of an applied value: its leaves, and the entries of its maps and keyed lists. */
export function appliedFields(shape: Shape, value: Json): FieldSet {
  return fields(shape, value, { added: false, isMember: false }) ?? LEAF;
}

/** The fields of a value that was not there before: its leaves, and every object on the way to them. */
export function addedFields(shape: Shape, value: Json): FieldSet {
  return fields(shape, value, { added: true, isMember: false }) ?? LEAF;
}

interface Options {
  /** Every object on the way is owned too. */
  readonly added: boolean;
  /** The value itself is a member. */
  readonly isMember: boolean;
}

/** The node of a value; `undefined`: it is a member, and there is nothing below. */
function fields(shape: Shape, value: Json, { added, isMember }: Options): FieldSet | undefined {
  if (typeof value !== "object" || value === null || isAtomic(shape, value)) return undefined;
  const node: Record<string, FieldSet> = isMember ? { ".": LEAF } : {};
  let isBare = true;
  if (Array.isArray(value)) {
    const items = itemShape(shape);
    for (const item of value) {
      node[itemStep(shape, item)] = fields(items, item, { added, isMember: true }) ?? LEAF;
      isBare = false;
    }
  } else {
    for (const key in value) {
      const item = value[key];
      if (item === undefined) continue;
      const isOwned = added || !shape.fields?.has(key);
      const below = fields(childShape(shape, key) ?? ANY, item, { added, isMember: isOwned });
      // A declared object counts by what is in it, or when nothing is.
      if (below !== undefined && !isOwned && isEmpty(below) && !isEmptyObject(item)) continue;
      node[fieldStep(key)] = below ?? LEAF;
      isBare = false;
    }
  }
  return isBare ? LEAF : node;
}

function isEmptyObject(value: Json): boolean {
  return !Array.isArray(value) && isEmpty(value);
}
