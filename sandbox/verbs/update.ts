/** PUT, merge patch and JSON patch: everything that changes an object other than by applying. */
import type { Json } from "../../kube/api.ts";
import { splitKey } from "../../kube/resource.ts";
import { givenManagers, type Managers, sameManagers, trackUpdate } from "../fields/managers.ts";
import { badRequest, conflict, invalidObject, MODIFIED } from "../refusal.ts";
import { equal } from "../schema/equal.ts";
import { forbidden, invalid, type Problem } from "../schema/problem.ts";
import { validate } from "../schema/validate.ts";
import type { Entry } from "../store.ts";
import {
  type Answered,
  checkBody,
  decodeBody,
  entryOf,
  isTrackable,
  type Target,
  writerOf,
} from "./context.ts";
import { create } from "./create.ts";
import { metaProblems } from "./names.ts";
import { resetPod } from "./pods.ts";

/** PUT. */
export function update(target: Target, body: Json): Answered {
  const { core, kind, key, manager, subresource } = target;
  checkBody(kind, body);
  // What cannot be read is refused before anything is compared with it.
  decodeBody(kind, body);
  const isThere = core.store.collection(kind).entries.has(key);
  if (!isThere && kind.createsOnUpdate && !subresource) {
    if (body.metadata.uid) throw conflict(kind, body.metadata.name, storageError(body.metadata.uid, ""));
    const { resourceVersion: _, ...metadata } = body.metadata;
    return create(core, kind, { body: { ...body, metadata }, manager });
  }
  const entry = entryOf(target);
  const { uid } = body.metadata;
  const live = entry.object.metadata;
  if (uid && uid !== live.uid) throw conflict(kind, live.name, storageError(uid, live.uid));
  return replace(target, entry, body);
}

/** Puts an encoded object, made from the live one or given by the user, in place of the live one. */
export function replace(
  target: Target,
  entry: Entry,
  body: Json,
  options: { live?: Json } = {},
): Answered {
  const { kind, key } = target;
  const [namespace, name] = splitKey(key);
  if (body.metadata.name !== name || (body.metadata.namespace ?? namespace) !== namespace) {
    throw badRequest(
      `the name of the object (${body.metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  const decoded = decodeBody(kind, body, options);
  const next = reset(target, entry, decoded);
  const before = givenManagers(body.metadata.managedFields) ?? entry.managers;
  return store(target, entry, { object: next, managers: isTrackable(target, decoded) ? tracked() : [] });

  /** Of an object that nobody owns, nobody comes to own anything but by applying. */
  function tracked(): Managers {
    const change = { shape: kind.shape, before: entry.object, after: next, writer: writerOf(target) };
    return before.length === 0 ? before : trackUpdate(before, change);
  }
}

/** Takes back what this part of the object may not change. */
export function reset({ kind, subresource }: Target, { object: live }: Entry, next: Json): Json {
  const { behaviour } = kind;
  switch (subresource) {
    case undefined:
      return behaviour.onUpdate?.(next, live) ?? next;
    case "status":
      return behaviour.onStatus?.(next, live) ?? { ...next, spec: live.spec };
    default:
      return resetPod(subresource, next, live);
  }
}

/** The common end of all changes: preconditions, validation, no-ops, and deletion with the last finalizer. */
export function store(
  { core, kind, key, subresource }: Target,
  entry: Entry,
  next: Entry,
): Answered {
  const { object: live } = entry;
  const { managers, isUntidy = false } = next;
  const { name } = live.metadata;
  const version = next.object.metadata.resourceVersion;
  if (!version && !kind.unconditional) {
    const problem = invalid("metadata.resourceVersion", 0, "must be specified for an update");
    throw invalidObject({ ...kind, kind: kind.plural }, name, [problem]);
  }
  if (version && version !== live.metadata.resourceVersion) throw conflict(kind, name, MODIFIED);
  const { metadata, problems } = nextMeta(next.object.metadata, live.metadata);
  const object: Json = { ...next.object, metadata };
  if (subresource !== "status" && isNewGeneration(kind.generation, object, live)) {
    metadata.generation = live.metadata.generation + 1;
  }
  const all = [
    ...problems,
    ...metaProblems(metadata, live.metadata),
    ...validate(kind.shape, object, live),
    ...kind.behaviour.problems?.(object, live) ?? [],
  ];
  if (all.length > 0) throw invalidObject(kind, name, all);

  if (isFinished(object, live) && !kind.behaviour.isHeld?.(object)) {
    core.store.remove(kind, key, entry);
    return { status: 200, body: object, managers };
  }
  const isSame = sameManagers(managers, entry.managers) && equal(object, live);
  if (isSame && isUntidy === (entry.isUntidy ?? false)) {
    return { status: 200, body: live, managers: entry.managers };
  }
  return { status: 200, body: core.store.put(kind, key, { object, managers, isUntidy }), managers };
}

/** Metadata of a changed object: some of it is the server's, some of it may never change. */
function nextMeta(next: Json, live: Json): { metadata: Json; problems: Problem[] } {
  const { managedFields: _, ...metadata } = next;
  metadata.uid ??= live.uid;
  metadata.resourceVersion = live.resourceVersion;
  metadata.creationTimestamp = live.creationTimestamp;
  if (live.generation === undefined) delete metadata.generation;
  else metadata.generation = live.generation;
  const problems: Problem[] = [];
  if (live.deletionTimestamp !== undefined) {
    metadata.deletionTimestamp = live.deletionTimestamp;
    if (live.deletionGracePeriodSeconds !== undefined) {
      metadata.deletionGracePeriodSeconds ??= live.deletionGracePeriodSeconds;
    }
    const before: readonly string[] = live.finalizers ?? [];
    const added = (metadata.finalizers ?? []).filter((each: string) => !before.includes(each));
    if (added.length > 0) problems.push(forbidden("metadata.finalizers", newFinalizers(added)));
  }
  for (const field of ["uid", "deletionTimestamp", "deletionGracePeriodSeconds"]) {
    if (metadata[field] !== live[field]) {
      problems.push(invalid(`metadata.${field}`, metadata[field] ?? null, "field is immutable"));
    }
  }
  return { metadata, problems };
}

function newFinalizers(added: readonly string[]): string {
  const list = added.map((each) => JSON.stringify(each)).join(", ");
  return `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
}

function isNewGeneration(generation: "spec" | "content" | "none", next: Json, live: Json): boolean {
  if (generation === "none") return false;
  if (generation === "spec") return !equal(next.spec, live.spec);
  const { metadata: _, ...after } = next;
  const { metadata: __, ...before } = live;
  return !equal(after, before);
}

/** The delete was asked for long ago, its time is over, and the last finalizer goes now. */
function isFinished({ metadata: next }: Json, { metadata: live }: Json): boolean {
  return live.deletionTimestamp !== undefined && !live.deletionGracePeriodSeconds && !next.finalizers?.length;
}

function storageError(given: string, found: string): string {
  return "StorageError: invalid object, Code: 4, Key: , ResourceVersion: 0, AdditionalErrorMsg: " +
    `Precondition failed: UID in precondition: ${given}, UID in object meta: ${found}`;
}
