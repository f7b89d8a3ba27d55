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
  for (const [step, { shape: below, values }] of now) {
    const was = old.get(step)?.values ?? [];
    if (values.length === 1 && was.length === 1) note(step, below, was[0], values[0]);
    else if (values.length === 1) changed[step] = whole(below, values[0]);
    else if (was.length < 2 || !equal(was, values)) changed[step] = LEAF;
    if (was.length > 1 && values.length === 1 || was.length === 1 && values.length > 1) {
      removed[step] = whole(below, was[0]);
    }
  }
  for (const [step, { shape: below, values }] of old) {
    if (!now.has(step)) removed[step] = values.length > 1 ? LEAF : whole(below, values[0]);
  }
  return { changed, removed };

  function note(step: string, below: Shape, was: Json, value: Json): void {
    if (was === value) return;
    const [old, now] = [asBranch(below, was, value), asBranch(below, value, was)];
    if (old && now && Array.isArray(old) === Array.isArray(now)) {
      const deeper = compare(below, old, now);
      if (!isEmpty(deeper.changed)) changed[step] = deeper.changed;
      if (!isEmpty(deeper.removed)) removed[step] = deeper.removed;
    } else if (now) {
      changed[step] = whole(below, now);
    } else if (!equal(was, value)) {
      changed[step] = LEAF;
      if (old) removed[step] = addedFields(below, old);
    }
  }
}

/** A value with parts of its own; `null` counts as an empty one beside one that is not empty. */
function asBranch(shape: Shape, value: Json, other: Json): Json {
  if (isBranch(shape, value)) return value;
  const isEmptied = value === null && isBranch(shape, other) && Object.keys(other).length > 0;
  return isEmptied ? Array.isArray(other) ? [] : {} : undefined;
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
  /** More than one where a keyed list has duplicates: these are compared as a whole. */
  readonly values: Json[];
}

function entries(shape: Shape, value: Json): Map<string, Entry> {
  const found = new Map<string, Entry>();
  if (Array.isArray(value)) {
    const items = itemShape(shape);
    for (const item of value) {
      const step = itemStep(shape, item);
      const entry = found.get(step);
      if (entry) entry.values.push(item);
      else found.set(step, { shape: items, values: [item] });
    }
  } else {
    for (const key in value) {
      if (value[key] !== undefined) {
        found.set(`f:${key}`, { shape: childShape(shape, key) ?? ANY, values: [value[key]] });
      }
    }
  }
  return found;
}
