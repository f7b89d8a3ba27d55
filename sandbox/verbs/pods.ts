/** `/binding`, `/eviction` and the other doors of a pod. */
import type { Json } from "../../kube/api.ts";
import { conflict } from "../refusal.ts";
import { type Answered, checkRoom, entryOf, type Target } from "./context.ts";
import { remove } from "./delete.ts";

const SUCCESS = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" } as const;

/** Gives a pod its node, and adds the annotations and labels of the Binding to it. */
export function bind(target: Target, { metadata, target: node }: Json): Answered {
  const { core, kind, key } = target;
  checkRoom(target);
  const entry = entryOf(target);
  const live = entry.object;
  const refuse = (why: string) => conflict({ ...kind, plural: "pods/binding" }, live.metadata.name, why);
  if (metadata.uid && metadata.uid !== live.metadata.uid) {
    throw conflict(
      kind,
      live.metadata.name,
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${live.metadata.uid}`,
    );
  }
  if (live.metadata.deletionTimestamp) {
    throw refuse(`pod ${live.metadata.name} is being deleted, cannot be assigned to a host`);
  }
  if (live.spec.nodeName) {
    throw refuse(
      `pod ${live.metadata.name} is already assigned to node ${JSON.stringify(live.spec.nodeName)}`,
    );
  }
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: core.store.environment.now(),
  };
  const others = (live.status?.conditions ?? []).filter(({ type }: Json) => type !== "PodScheduled");
  const object = {
    ...live,
    metadata: {
      ...live.metadata,
      ...merged("annotations", live.metadata, metadata),
      ...merged("labels", live.metadata, metadata),
    },
    spec: { ...live.spec, nodeName: node.name },
    status: { ...live.status, conditions: [...others, scheduled] },
  };
  core.store.put(kind, key, { object, managers: entry.managers });
  return { status: 201, body: { ...SUCCESS, code: 201 } };
}

function merged(field: "annotations" | "labels", live: Json, binding: Json): Json {
  return binding[field] ? { [field]: { ...live[field], ...binding[field] } } : {};
}

/** There are no disruption budgets here: an eviction is a delete. */
export function evict(target: Target, { deleteOptions = {} }: Json): Answered {
  const { preconditions = {}, gracePeriodSeconds } = deleteOptions;
  checkRoom(target);
  mark(target, {
    type: "DisruptionTarget",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: target.core.store.environment.now(),
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
  });
  remove({ ...target, subresource: undefined }, { ...preconditions, gracePeriodSeconds });
  return { status: 201, body: { ...SUCCESS, code: 201 } };
}

/** Sets a condition, once. */
function mark(target: Target, condition: Json): void {
  const { kind, key, core } = target;
  const { object, managers } = entryOf(target);
  const conditions: Json[] = object.status?.conditions ?? [];
  if (conditions.some(({ type }) => type === condition.type)) return;
  const status = { ...object.status, conditions: [...conditions, condition] };
  core.store.put(kind, key, { object: { ...object, metadata: { ...object.metadata }, status }, managers });
}

/** What `/ephemeralcontainers` and `/resize` may change. */
export function resetPod(subresource: string, next: Json, live: Json): Json {
  const { resourceVersion } = next.metadata;
  const metadata = { ...live.metadata, resourceVersion };
  if (subresource === "ephemeralcontainers") {
    const { ephemeralContainers } = next.spec;
    return {
      ...live,
      metadata,
      spec: { ...live.spec, ...(ephemeralContainers ? { ephemeralContainers } : {}) },
    };
  }
  const resources = new Map(next.spec.containers.map((each: Json) => [each.name, each.resources]));
  const containers = live.spec.containers.map((each: Json) => ({
    ...each,
    resources: resources.get(each.name) ?? each.resources,
  }));
  return { ...live, metadata, spec: { ...live.spec, containers } };
}
