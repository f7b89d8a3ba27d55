/** Where all changes of an object end. */
import type { Json } from "../../kube/api.ts";
import { sameManagers } from "../fields/managed_fields.ts";
import { conflict, invalidObject, MODIFIED } from "../refusal.ts";
import { equal } from "../schema/equal.ts";
import { invalid } from "../schema/problem.ts";
import { validate } from "../schema/validate.ts";
import type { Entry } from "../store.ts";
import type { Answered, Target } from "./context.ts";
import { metaProblems } from "./names.ts";
import { nextMeta } from "./next_meta.ts";

/** Preconditions, validation, no-ops, and deletion with the last finalizer. */
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
