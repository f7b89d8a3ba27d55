/** What changed between two versions of an object, as sets of fields. */
import type { Json } from "../../kube/api.ts";
import { equal } from "../schema/equal.ts";
import { ANY, childShape, isAtomic, itemShape, type Shape } from "../schema/shape.ts";
import { addedFields } from "./owned.ts";
import { type FieldSet, fieldStep, isEmpty, itemStep, LEAF } from "./field_set.ts";

export interface Change {
  /** Fields with a new or another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

const NOTHING: Change = { changed: LEAF, removed: LEAF };

/** Parts that both versions share are not looked at. */
export function compare(shape: Shape, before: Json, after: Json): Change {
  if (before === after) return NOTHING;
  const difference = new Difference();
  if (Array.isArray(after)) difference.ofLists(shape, before, after);
  else difference.ofObjects(shape, before, after);
  return difference;
}

class Difference implements Change {
  readonly changed: Record<string, FieldSet> = {};
  readonly removed: Record<string, FieldSet> = {};

  ofObjects(shape: Shape, before: Json, after: Json): void {
    for (const key in after) {
      const [was, value] = [before[key], after[key]];
      if (value === was || value === undefined) continue;
      const below = childShape(shape, key) ?? ANY;
      if (was === undefined) this.changed[fieldStep(key)] = whole(below, value);
      else this.#ofValues(fieldStep(key), below, was, value);
    }
    for (const key in before) {
      if (after[key] !== undefined || before[key] === undefined) continue;
      this.removed[fieldStep(key)] = whole(childShape(shape, key) ?? ANY, before[key]);
    }
  }

  /** Items of one key that are there more than once are compared as a whole. */
  ofLists(shape: Shape, before: readonly Json[], after: readonly Json[]): void {
    const items = itemShape(shape);
    const [old, now] = [before, after].map((list) => Map.groupBy(list, (item) => itemStep(shape, item)));
    for (const [step, values] of now!) {
      const was = old!.get(step) ?? [];
      if (values.length === 1 && was.length === 1) this.#ofValues(step, items, was[0], values[0]);
      else if (values.length === 1) this.changed[step] = whole(items, values[0]);
      else if (was.length < 2 || !equal(was, values)) this.changed[step] = LEAF;
      if (was.length > 0 && (was.length === 1) !== (values.length === 1)) {
        this.removed[step] = whole(items, was[0]);
      }
    }
    for (const [step, values] of old!) {
      if (!now!.has(step)) this.removed[step] = values.length > 1 ? LEAF : whole(items, values[0]);
    }
  }

  #ofValues(step: string, below: Shape, was: Json, value: Json): void {
    if (was === value) return;
    const [old, now] = [asBranch(below, was, value), asBranch(below, value, was)];
    if (old && now && Array.isArray(old) === Array.isArray(now)) {
      const deeper = compare(below, old, now);
      if (!isEmpty(deeper.changed)) this.changed[step] = deeper.changed;
      if (!isEmpty(deeper.removed)) this.removed[step] = deeper.removed;
    } else if (now) {
      this.changed[step] = whole(below, now);
    } else if (!equal(was, value)) {
      this.changed[step] = LEAF;
      if (old) this.removed[step] = addedFields(below, old);
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
