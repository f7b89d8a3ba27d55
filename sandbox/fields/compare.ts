/** What changed between two versions of an object, as sets of fields. */
import type { Json } from "../../kube/api.ts";
import { equal } from "../schema/equal.ts";
import { ANY, childShape, isAtomic, itemShape, type Shape } from "../schema/shape.ts";
import { addedFields } from "./owned.ts";
import { type FieldSet, isEmpty, itemStep, LEAF } from "./field_set.ts";

export interface Change {
  /** Fields with a new or another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

const NOTHING: Change = { changed: LEAF, removed: LEAF };

/** Parts that both versions share are not looked at. */
export function compare(shape: Shape, before: Json, after: Json): Change {
  if (before === after) return NOTHING;
  const changed: Record<string, FieldSet> = {}, removed: Record<string, FieldSet> = {};
  const [old, now] = [entries(shape, before), entries(shape, after)];
  for (const [step, { shape: below, value }] of now) {
    const was = old.get(step);
    if (was === undefined) {
      changed[step] = whole(below, value);
    } else if (value !== was.value) {
      note(step, below, was.value, value);
    }
  }
  for (const [step, { shape: below, value }] of old) {
    if (!now.has(step)) removed[step] = whole(below, value);
  }
  return { changed, removed };

  function note(step: string, below: Shape, was: Json, value: Json): void {
    if (isBranch(below, was) && isBranch(below, value) && Array.isArray(was) === Array.isArray(value)) {
      const deeper = compare(below, was, value);
      if (!isEmpty(deeper.changed)) changed[step] = deeper.changed;
      if (!isEmpty(deeper.removed)) removed[step] = deeper.removed;
    } else if (isBranch(below, value)) {
      changed[step] = whole(below, value);
    } else if (!equal(was, value)) {
      changed[step] = LEAF;
      if (isBranch(below, was)) removed[step] = addedFields(below, was);
    }
  }
}

/** A value that came or went, itself included. */
function whole(shape: Shape, value: Json): FieldSet {
  if (!isBranch(shape, value)) return LEAF;
  const below = addedFields(shape, value);
  return isEmpty(below) ? LEAF : { ".": LEAF, ...below };
}

function isBranch(shape: Shape, value: Json): boolean {
  return typeof value === "object" && value !== null && !isAtomic(shape, value);
}

interface Entry {
  readonly shape: Shape;
  readonly value: Json;
}

function entries(shape: Shape, value: Json): Map<string, Entry> {
  const found = new Map<string, Entry>();
  if (Array.isArray(value)) {
    const items = itemShape(shape);
    for (const item of value) found.set(itemStep(shape, item), { shape: items, value: item });
  } else {
    for (const key in value) {
      if (value[key] !== undefined) {
        found.set(`f:${key}`, { shape: childShape(shape, key) ?? ANY, value: value[key] });
      }
    }
  }
  return found;
}
