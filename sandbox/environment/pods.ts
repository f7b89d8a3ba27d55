/** What the controllers that make pods have in common. */
import type { Json } from "../../kube/api.ts";
import { type Key, keyOf, type Resource } from "../../kube/resource.ts";
import type { Commit } from "../log.ts";
import type { ApiServer } from "../server.ts";

export const PODS = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true } as const;

/** A kind by its two names: of one of them alone there may be several. */
type Named = Pick<Resource, "apiVersion" | "kind">;

const isOf = (one: Named, kind: Named): boolean =>
  one.kind === kind.kind && one.apiVersion === kind.apiVersion;

/** The key of the object of a kind that controls this one. */
function controllerKey({ metadata }: Json, kind: Named): Key | undefined {
  const owner = metadata.ownerReferences?.find((each: Json) => each.controller && isOf(each, kind));
  return owner && `${metadata.namespace}/${owner.name}`;
}

/** Commits that concern objects of a kind: their own, and those of what they control. */
export function* concerns({ kind, key, object }: Commit, owner: Named): Generator<Key> {
  if (isOf(kind, owner)) yield key;
  const controlled = controllerKey(object, owner);
  if (controlled) yield controlled;
}

/** What an object controls, in order of names. */
export function controlled(server: ApiServer, owner: Json, plural: string, apiVersion: string): Json[] {
  const found: Json[] = [];
  for (const { object } of server.entriesOf({ apiVersion, plural }).values()) {
    if (
      object.metadata.ownerReferences?.some((each: Json) =>
        each.controller && each.uid === owner.metadata.uid
      )
    ) {
      found.push(object);
    }
  }
  return found.sort((a, b) => a.metadata.name < b.metadata.name ? -1 : 1);
}

export function podsOf(server: ApiServer, owner: Json): Json[] {
  return controlled(server, owner, PODS.plural, PODS.apiVersion);
}

/** A pod made of a template. */
export function makePod(
  server: ApiServer,
  owner: Json,
  { labels = {}, spec, ...metadata }: { labels?: Json; spec?: Json; name?: string; generateName?: string },
): void {
  const { template } = owner.spec;
  const body = {
    metadata: {
      ...metadata,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...labels },
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...template.spec, ...spec },
  };
  server.execute({ verb: "create", resource: PODS, body, manager: "kube-controller-manager" });
}

export function ownerReference({ apiVersion, kind, metadata: { name, uid } }: Json): Json {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export function removePod(server: ApiServer, pod: Json): void {
  if (pod.metadata.deletionTimestamp) return;
  server.execute({ verb: "delete", resource: PODS, key: keyOf(pod), uid: pod.metadata.uid });
}

export function isReady({ metadata, status }: Json): boolean {
  return !metadata.deletionTimestamp &&
    status?.conditions?.some((each: Json) => each.type === "Ready" && each.status === "True") === true;
}

export function isFinished({ status }: Json): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** A short name for a template; another template, another name. */
export function templateHash(template: Json): string {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify(template)) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  }
  return hash.toString(36);
}

export function writeStatus(server: ApiServer, object: Json, status: Json): void {
  const { apiVersion, kind, metadata } = object;
  const resource = { apiVersion, kind, plural: `${kind.toLowerCase()}s`, namespaced: true };
  const body = { status: { ...status, observedGeneration: metadata.generation } };
  const manager = "kube-controller-manager";
  server.execute({ verb: "merge", resource, key: keyOf(object), subresource: "status", body, manager });
}
