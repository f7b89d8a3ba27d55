/**
 * Who owns which fields of an object: server-side apply's bookkeeping.
 *
 * Beside the object, not in it: an object shows its `managedFields` only where somebody looks ({@link managedFields}).
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
import type { Json } from "../../kube/api.ts";
import { equal } from "../schema/equal.ts";
import type { Shape } from "../schema/shape.ts";
import { compare } from "./compare.ts";
import { difference, type FieldSet, intersection, isEmpty, union, withNamedFields } from "./field_set.ts";
import { merge, remove } from "./merge.ts";
import { appliedFields } from "./owned.ts";

/** One entry of `metadata.managedFields`. */
export interface Manager {
  readonly name: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** Empty on the main resource. */
  readonly subresource: string;
  /** Absent when it came to own what was there already. */
  readonly time?: string;
  readonly fields: FieldSet;
}

export type Managers = readonly Manager[];

/** Who writes now. */
export type Writer = Omit<Manager, "fields" | "operation"> & { readonly time: string };

export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** What nobody owns: a write of it says nothing about intent. */
const SERVER_FIELDS = new Set([
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "generation",
  "managedFields",
  "resourceVersion",
]);

/** The owners after a create, update or patch has made `after` of `before`. */
export function trackUpdate(
  managers: Managers,
  { shape, before, after, writer }: { shape: Shape; before: Json; after: Json; writer: Writer },
): Managers {
  const { changed, removed } = compare(shape, before, after);
  if (isEmpty(changed) && isEmpty(removed)) return managers;
  const taken = intent(changed);
  const rest = without(managers, union(changed, removed));
  if (isEmpty(taken)) return rest;
  const at = rest.findIndex((manager) => isSame(manager, writer, "Update"));
  const fields = at < 0 ? taken : union(rest[at]!.fields, taken);
  const mine: Manager = { ...writer, operation: "Update", fields };
  return at < 0 ? [...rest, mine] : rest.with(at, mine);
}

export interface Applied {
  readonly object: Json;
  readonly managers: Managers;
}

/**
 * Lays `config` over `live`: takes what it names, drops what the writer named last time and nobody names now.
 *
 * @returns the conflicts with other managers instead, if there are some and `force` is not set.
 */
export function trackApply(
  managers: Managers,
  { shape, live, config, writer, force, touches }: {
    shape: Shape;
    live: Json;
    config: Json;
    writer: Writer;
    force: boolean;
    /** The request changes something beyond what `config` says. */
    touches: boolean;
  },
): Applied | readonly Conflict[] {
  const fields = appliedFields(shape, config);
  const last = managers.find((manager) => isSame(manager, writer, "Apply"));
  const others = managers.filter((manager) => manager !== last);
  let object = merge(shape, live, config);
  if (last) {
    const owned = others.reduce((all, manager) => union(all, manager.fields), fields);
    object = prune(object, { shape, last: last.fields, owned });
  }
  const { changed, removed } = compare(shape, live, object);
  const conflicts = others.flatMap((manager) => {
    const both = intersection(manager.fields, changed);
    return isEmpty(both) ? [] : [{ manager, fields: both }];
  });
  if (conflicts.length > 0 && !force) return conflicts;

  const rest = without(others, union(changed, removed));
  const owned = intent(fields);
  if (isEmpty(owned)) return { object, managers: rest };
  const { time: now, ...who } = writer;
  const time = !touches && equal(object, live) ? last?.time : now;
  const mine: Manager = {
    ...who,
    ...(time === undefined ? {} : { time }),
    operation: "Apply",
    fields: owned,
  };
  return { object, managers: [...rest, mine] };
}

/** Takes out what was applied last time, and is owned by nobody any more. */
function prune(
  object: Json,
  { shape, last, owned }: { shape: Shape; last: FieldSet; owned: FieldSet },
): Json {
  if (isEmpty(difference(last, owned))) return object;
  const named = (set: FieldSet) => withNamedFields(shape, set);
  const all = named(appliedFields(shape, object));
  const without = (set: FieldSet) => remove(shape, object, set) ?? {};
  const kept = (value: Json) => named(appliedFields(shape, value));

  const bare = without(named(last));
  const backed = without(difference(all, union(kept(bare), named(owned))));
  return without(intersection(difference(all, kept(backed)), named(last)));
}

/** Ownership as `metadata.managedFields` shows it. */
export function managedFields(managers: Managers): Json[] {
  return [...managers].sort(inOrder).map((manager) => ({
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time === undefined ? {} : { time: manager.time }),
    fieldsType: "FieldsV1",
    fieldsV1: manager.fields,
    ...(manager.subresource ? { subresource: manager.subresource } : {}),
  }));
}

/** The other way round; `undefined` when a body says nothing of ownership. */
export function givenManagers(list: readonly Json[] | undefined): Managers | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  // One empty entry asks to forget everybody.
  return list.filter((entry) => entry.manager !== undefined).map((entry) => ({
    name: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    subresource: entry.subresource ?? "",
    ...(entry.time ? { time: entry.time } : {}),
    fields: entry.fieldsV1 ?? {},
  }));
}

/**
 * Whether nothing but times differs.
 *
 * The order in which they are shown counts, and depends on the times: so a write may be none in the eyes of its author, and one
 * in those of the API server.
 */
export function sameManagers(a: Managers, b: Managers): boolean {
  if (a === b) return true;
  const [mine, theirs] = [[...a].sort(inOrder), [...b].sort(inOrder)];
  return mine.length === theirs.length && mine.every((manager, i) => {
    const other = theirs[i]!;
    return manager === other ||
      isSame(manager, other, other.operation) && equal(manager.fields, other.fields);
  });
}

function inOrder(a: Manager, b: Manager): number {
  return order(a.operation, b.operation) || order(a.time ?? "", b.time ?? "") || order(a.name, b.name) ||
    order(a.apiVersion, b.apiVersion) || order(a.subresource, b.subresource);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isSame(manager: Manager, writer: Omit<Writer, "time">, operation: Manager["operation"]): boolean {
  return manager.name === writer.name && manager.operation === operation &&
    manager.subresource === writer.subresource && manager.apiVersion === writer.apiVersion;
}

function without(managers: Managers, lost: FieldSet): Managers {
  let same = true;
  const rest: Manager[] = [];
  for (const manager of managers) {
    const fields = difference(manager.fields, lost);
    same &&= fields === manager.fields;
    if (fields === manager.fields) rest.push(manager);
    else if (!isEmpty(fields)) rest.push({ ...manager, fields });
  }
  return same ? managers : rest;
}

/** A set without what the server itself decides. */
function intent(set: FieldSet): FieldSet {
  const { "f:apiVersion": _, "f:kind": __, "f:metadata": metadata, ...rest } = set;
  if (metadata === undefined) return rest;
  const meta: Record<string, FieldSet> = {};
  for (const step in metadata) {
    if (step !== "." && !SERVER_FIELDS.has(step.slice(2))) meta[step] = metadata[step]!;
  }
  return isEmpty(meta) ? rest : { ...rest, "f:metadata": meta };
}
