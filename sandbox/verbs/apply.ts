/** Server-side apply. */
import type { Json } from "../../kube/api.ts";
import { splitKey } from "../../kube/resource.ts";
import type { Managers } from "../fields/manager.ts";
import { trackApply, trackUpdate } from "../fields/managers.ts";
import { merge } from "../fields/merge.ts";
import { badRequest, conflict, notFound, Refusal } from "../refusal.ts";
import { decode, withDefaults } from "../schema/decode.ts";
import { typeProblem } from "../schema/typed.ts";
import type { Entry } from "../store.ts";
import { decodeBody, withoutStatus } from "./body.ts";
import { type Answered, type Target, writerOf } from "./context.ts";
import { insert, prepare } from "./create.ts";
import { fieldConflicts } from "./field_conflicts.ts";
import { reset } from "./update.ts";
import { store } from "./store.ts";

/** Applied to an absent object, a configuration creates it. */
export function apply(target: Target, { body, force }: { body: Json; force: boolean }): Answered {
  const { core, kind, key, manager, subresource } = target;
  const [namespace, name] = splitKey(key);
  if (body.metadata?.managedFields) throw badRequest("metadata.managedFields must be nil");
  if (!manager) {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const entry = core.store.collection(kind).entries.get(key);
  if (!entry && subresource) throw notFound(kind, name);
  const config = typed(target, body);

  const { uid, resourceVersion, ...metadata } = config.metadata;
  const applied = trackApply(entry ? ownersOf(target, entry) : [], {
    shape: kind.shape,
    live: entry?.object ?? kind.empty,
    config: part(target, { ...config, metadata }),
    writer: writerOf(target),
    force,
    touches: touchesMore(target, entry, config),
  });
  if (!("object" in applied)) throw fieldConflicts(applied);
  const { managers } = applied;
  const isUntidy = kind.custom && hasEmptyPart(applied.object.metadata);
  const object = completed(target, applied.object, entry?.object);
  if (!entry) {
    if (uid) {
      const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
      throw conflict(kind, name, why);
    }
    const named = { ...object, metadata: { ...object.metadata, name, ...(namespace ? { namespace } : {}) } };
    const { resourceVersion: _, ...metadata } = named.metadata;
    const status = kind.createsStatus && config.status ? { status: config.status } : {};
    return insert(target, { object: prepare(target, { ...named, ...status, metadata }), managers, isUntidy });
  }
  const live = entry.object.metadata;
  const next = {
    ...object,
    metadata: {
      ...object.metadata,
      uid: uid ?? live.uid,
      resourceVersion: resourceVersion ?? live.resourceVersion,
    },
  };
  return store(target, entry, { object: reset(target, entry, next), managers, isUntidy });
}

/** Who was there before anybody is known: what an object without managers has is said to be somebody's. */
function ownersOf(target: Target, { object, managers }: Entry): Managers {
  if (managers.length > 0) return managers;
  const { kind } = target;
  const writer = { ...writerOf(target), name: "before-first-apply" };
  return trackUpdate([], { shape: kind.shape, before: kind.empty, after: part(target, object), writer });
}

/** @throws Refusal 500 when the configuration does not fit the schema. */
function typed({ kind, key }: Target, body: Json): Json {
  const problem = typeProblem(kind.shape, body, { strict: true });
  if (problem === undefined) return { ...body, metadata: body.metadata ?? {} };
  const [namespace = "", name] = splitKey(key);
  const what = `${namespace}/${name}; ${kind.apiVersion}, Kind=${kind.kind}`;
  throw new Refusal(500, "", `failed to create typed patch object (${what}): ${problem}`);
}

/** What of a configuration counts on this resource. */
function part({ kind, subresource }: Target, { apiVersion, kind: name, ...config }: Json): Json {
  const head = { apiVersion: apiVersion ?? kind.apiVersion, kind: name ?? kind.kind };
  if (subresource === "status" && kind.custom) {
    return config.status === undefined ? head : { ...head, status: config.status };
  }
  if (subresource === "status") {
    const { spec: _, ...rest } = config;
    const omitted: readonly string[] = kind.behaviour.notInStatus ?? [];
    const metadata = Object.entries(rest.metadata ?? {}).filter(([name]) => !omitted.includes(name));
    return { ...head, ...rest, metadata: Object.fromEntries(metadata) };
  }
  return { ...head, ...withoutStatus(kind, config) };
}

/** Whether what does not count here would have changed something: then the manager's time is noted. */
function touchesMore({ kind, subresource }: Target, entry: Entry | undefined, config: Json): boolean {
  if (!entry) return true;
  const ignored = subresource === "status"
    ? ["metadata", "spec"]
    : kind.subresources.has("status")
    ? ["status"]
    : [];
  return ignored.some((part) => {
    const [shape, live] = [kind.shape.fields?.get(part), entry.object[part]];
    return shape !== undefined && config[part] !== undefined && merge(shape, live, config[part]) !== live;
  });
}

/** The merged object, with defaults. What is wrong in it stays, to be refused by validation. */
function completed({ kind }: Target, object: Json, live: Json): Json {
  if (!kind.custom) return decodeBody(kind, object, { live });
  const metadata = decode(kind.shape.fields!.get("metadata")!, object.metadata);
  return { ...withDefaults(kind.shape, object), metadata };
}

function hasEmptyPart(metadata: Json): boolean {
  return ["labels", "annotations", "finalizers", "ownerReferences"].some((name) => {
    const value = metadata?.[name];
    return value === null || typeof value === "object" && Object.keys(value).length === 0;
  });
}
