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
import { difference, type FieldSet, intersection, isEmpty, union } from "./field_set.ts";
import { type Conflict, isSame, type Manager, type Managers, type Writer } from "./manager.ts";
import { merge } from "./merge.ts";
import { appliedFields } from "./owned.ts";
import { prune } from "./prune.ts";

/** What nobody owns: a write of it says nothing about intent. */
const SERVER_STEPS = new Set([
  ".",
  "f:name",
  "f:namespace",
  "f:creationTimestamp",
  "f:selfLink",
  "f:uid",
  "f:generation",
  "f:managedFields",
  "f:resourceVersion",
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
  const rest: Record<string, FieldSet> = {}, meta: Record<string, FieldSet> = {};
  for (const step in set) {
    if (step !== "f:apiVersion" && step !== "f:kind" && step !== "f:metadata") rest[step] = set[step]!;
  }
  for (const step in set["f:metadata"]) {
    if (!SERVER_STEPS.has(step)) meta[step] = set["f:metadata"][step]!;
  }
  if (!isEmpty(meta)) rest["f:metadata"] = meta;
  return rest;
}
