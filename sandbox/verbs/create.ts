/** POST, and everything else that makes a new object. */
import type { Json } from "../../kube/api.ts";
import { keyOf } from "../../kube/resource.ts";
import { trackUpdate } from "../fields/managers.ts";
import type { Served } from "../kinds/served.ts";
import { alreadyExists, badRequest, invalidObject, Refusal } from "../refusal.ts";
import { validate } from "../schema/validate.ts";
import type { Entry } from "../store.ts";
import { checkBody, decodeBody, isTrackable, withoutStatus, withParts } from "./body.ts";
import { type Answered, checkRoom, type Core, type Target, writerOf } from "./context.ts";
import { metaProblems, nameProblems } from "./names.ts";

export function create(
  core: Core,
  kind: Served,
  { body, manager }: { body: Json; manager: string },
): Answered {
  checkBody(kind, body);
  const named = withName(core, kind, body);
  const target: Target = { core, kind, key: keyOf(named), manager, subresource: undefined };
  const decoded = decodeBody(kind, named);
  const managers = isTrackable(target, decoded)
    ? trackUpdate([], {
      shape: kind.shape,
      before: kind.empty,
      after: withoutStatus(kind, decoded),
      writer: writerOf(target),
    })
    : [];
  const object = prepare(target, kind.createsStatus ? decoded : withoutStatus(kind, decoded));
  return insert(target, { object, managers });
}

/** Stores a prepared object. */
export function insert({ core, kind, key }: Target, { object, managers, isUntidy }: Entry): Answered {
  if (object.metadata.resourceVersion) {
    throw new Refusal(500, "", "resourceVersion should not be set on objects to be created");
  }
  const found = core.store.collection(kind).entries.get(key)?.object;
  if (found) throw alreadyExists(kind, found.metadata.name, found.metadata.deletionTimestamp !== undefined);
  return {
    status: 201,
    body: core.store.put(kind, key, { object, managers, isUntidy: isUntidy ?? false }),
    managers,
  };
}

/** A decoded body with everything that the server decides about a new object. */
export function prepare(target: Target, body: Json): Json {
  const { core, kind } = target;
  checkRoom(target);
  const {
    deletionTimestamp: _,
    deletionGracePeriodSeconds: __,
    generation: ___,
    managedFields: ____,
    ...given
  } = body.metadata;
  const metadata = {
    ...given,
    uid: core.store.environment.uid(),
    creationTimestamp: core.store.environment.now(),
    ...(kind.generation === "none" ? {} : { generation: 1 }),
  };
  const named = withParts(kind.always, { ...body, apiVersion: kind.apiVersion, kind: kind.kind, metadata });
  const object = kind.behaviour.onCreate?.(named) ?? named;
  const problems = [
    ...nameProblems(metadata.name, kind.kind === "Namespace"),
    ...metaProblems(metadata),
    ...validate(kind.shape, object),
    ...kind.behaviour.problems?.(object, undefined) ?? [],
  ];
  if (problems.length > 0) throw invalidObject(kind, metadata.name ?? "", problems);
  return object;
}

function withName(core: Core, kind: Served, body: Json): Json {
  const { metadata = {} } = body;
  if (kind.namespaced && !metadata.namespace) {
    throw badRequest("an empty namespace may not be set during creation");
  }
  if (!kind.namespaced && metadata.namespace) {
    throw badRequest("namespace is not allowed on this type");
  }
  if (metadata.name || !metadata.generateName) return body.metadata ? body : { ...body, metadata };
  const suffix = core.store.environment.uid().replaceAll("-", "").slice(-5);
  return { ...body, metadata: { ...metadata, name: `${metadata.generateName}${suffix}` } };
}
