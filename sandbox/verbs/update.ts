/** PUT, merge patch and JSON patch: everything that changes an object other than by applying. */
import type { Json } from "../../kube/api.ts";
import { splitKey } from "../../kube/resource.ts";
import { givenManagers } from "../fields/managed_fields.ts";
import type { Managers } from "../fields/manager.ts";
import { trackUpdate } from "../fields/managers.ts";
import { badRequest, conflict } from "../refusal.ts";
import type { Entry } from "../store.ts";
import { checkBody, decodeBody, isTrackable } from "./body.ts";
import { type Answered, entryOf, type Target, writerOf } from "./context.ts";
import { create } from "./create.ts";
import { resetPod } from "./pods.ts";
import { store } from "./store.ts";

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

function storageError(given: string, found: string): string {
  return "StorageError: invalid object, Code: 4, Key: , ResourceVersion: 0, AdditionalErrorMsg: " +
    `Precondition failed: UID in precondition: ${given}, UID in object meta: ${found}`;
}
