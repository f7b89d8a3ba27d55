/**
 * Sets of fields, in the very form in which `managedFields` shows them (fieldsV1).
 *
 * A key names a step: `f:name`, `k:{"type":"Ready"}`, `v:"finalizer"`. A step is a member of the set when its node is empty or has
 * a `"."`. Sets are never changed once made; parts are shared.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
import type { Json } from "../../kube/api.ts";
import type { Shape } from "../schema/shape.ts";

export interface FieldSet {
  readonly [step: string]: FieldSet;
}

/** A member without anything below. As a whole set: the set without any member. */
export const LEAF: FieldSet = Object.freeze({});

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether the step that leads to this node is a member itself. */
export function isMember(node: FieldSet): boolean {
  return "." in node || isEmpty(node);
}

const fieldSteps = new Map<string, string>();
const MOST_STEPS = 10_000;

/** The step to a field. Text that is put together anew is looked up among all there is before it can be a key: that costs. */
export function fieldStep(name: string): string {
  let step = fieldSteps.get(name);
  if (step === undefined) {
    if (fieldSteps.size >= MOST_STEPS) fieldSteps.clear();
    fieldSteps.set(name, step = `f:${name}`);
  }
  return step;
}

/** The step to an item of a list that is merged by key, or of a set. */
export function itemStep(shape: Shape, item: Json): string {
  if (!shape.keys) return `v:${JSON.stringify(item)}`;
  const key = shape.keys.length === 1
    ? `${JSON.stringify(shape.keys[0])}:${JSON.stringify(keyValue(shape, shape.keys[0]!, item))}`
    : [...shape.keys].sort().flatMap((name) => {
      const value = keyValue(shape, name, item);
      return value === undefined ? [] : [`${JSON.stringify(name)}:${JSON.stringify(value)}`];
    }).join(",");
  return `k:{${key}}`;
}

function keyValue(shape: Shape, name: string, item: Json): Json {
  return item[name] ?? shape.items?.fields?.get(name)?.default;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a;
  if (isEmpty(a)) return b;
  const result: Record<string, FieldSet> = { ...a };
  for (const step in b) {
    const mine = a[step], theirs = b[step]!;
    result[step] = mine === undefined ? theirs : joined(mine, theirs);
  }
  return result;
}

/** Two nodes of one step; a membership that is told by emptiness has to be spelt out once there is something below. */
function joined(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  if (isEmpty(a)) return isMember(b) ? b : { ".": LEAF, ...b };
  if (isEmpty(b)) return isMember(a) ? a : { ".": LEAF, ...a };
  return union(a, b);
}

/** The members of `a` that are not members of `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  let result: Record<string, FieldSet> | undefined;
  for (const step in b) {
    const mine = a[step];
    if (mine === undefined) continue;
    const rest = lessened(mine, b[step]!);
    if (rest === mine) continue;
    result ??= { ...a };
    if (rest === undefined) delete result[step];
    else result[step] = rest;
  }
  return result ?? a;
}

function lessened(a: FieldSet, b: FieldSet): FieldSet | undefined {
  const stays = isMember(a) && !isMember(b);
  // Where both are spelt out as members, the difference of what is below takes that away.
  const rest = !stays && "." in a && !("." in b) ? withoutItself(a) : difference(a, b);
  for (const step in rest) if (step !== ".") return rest;
  return stays ? LEAF : undefined;
}

function withoutItself({ ".": _, ...below }: FieldSet): FieldSet {
  return below;
}

/** The members of both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const step in a) {
    if (step === ".") continue;
    const theirs = b[step];
    if (theirs === undefined) continue;
    const mine = a[step]!;
    const both = isMember(mine) && isMember(theirs);
    const below = intersection(mine, theirs);
    if (!isEmpty(below)) result[step] = both ? { ".": LEAF, ...below } : below;
    else if (both) result[step] = LEAF;
  }
  return result;
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  let steps = 0;
  for (const step in a) {
    const theirs = b[step];
    if (theirs === undefined || !equalSets(a[step]!, theirs)) return false;
    steps++;
  }
  for (const _ in b) steps--;
  return steps === 0;
}

/** The members, as paths of steps; for messages. */
export function* members(set: FieldSet, at: readonly string[] = []): Generator<readonly string[]> {
  for (const step in set) {
    if (step === ".") continue;
    const path = [...at, step];
    if (isMember(set[step]!)) yield path;
    yield* members(set[step]!, path);
  }
}

/** Makes members of all declared fields on the way to a member, so that an object goes with the last of its fields. */
export function withNamedFields(shape: Shape, set: FieldSet): FieldSet {
  const result: Record<string, FieldSet> = {};
  for (const step in set) {
    const node = set[step]!;
    if (step === "." || isEmpty(node)) {
      result[step] = node;
      continue;
    }
    const key = step.startsWith("f:") ? step.slice(2) : undefined;
    const field = key === undefined ? undefined : shape.fields?.get(key);
    const below = withNamedFields(field ?? (key === undefined ? shape.items : shape.values) ?? shape, node);
    result[step] = field ? { ".": LEAF, ...below } : below;
  }
  return result;
}
