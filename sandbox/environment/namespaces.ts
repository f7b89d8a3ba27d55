/** Empties namespaces that are going, and lets them go when they are empty. */
import type { Served } from "../kinds/served.ts";
import type { ApiServer } from "../server.ts";
import type { Controller } from "./environment.ts";

const NAMESPACES = { apiVersion: "v1", plural: "namespaces" };

export const namespaces: Controller = {
  *wake({ type, kind, key, object }) {
    const isGoing = object.metadata.deletionTimestamp !== undefined;
    if (kind.kind === "Namespace" && isGoing && type !== "DELETED") yield key;
    if (kind.namespaced && type === "DELETED") yield object.metadata.namespace;
  },

  work(server, name) {
    const entry = server.entriesOf(NAMESPACES).get(name);
    if (entry?.object.metadata.deletionTimestamp === undefined) return;
    let isEmpty = true;
    for (const kind of server.kinds()) {
      if (kind.namespaced && !empty(server, kind, name)) isEmpty = false;
    }
    if (!isEmpty || !entry.object.spec.finalizers?.includes("kubernetes")) return;
    const { object, managers } = entry;
    const finalizers = object.spec.finalizers.filter((each: string) => each !== "kubernetes");
    const next = { ...object, metadata: { ...object.metadata }, spec: { ...object.spec, finalizers } };
    const kind = server.kindOf(NAMESPACES);
    const isFree = finalizers.length === 0 && !object.metadata.finalizers?.length;
    if (isFree) server.store.remove(kind, name, { object: next, managers });
    else server.store.put(kind, name, { object: next, managers });
  },
};

/** Deletes what is left of a kind. @returns whether nothing was left. */
function empty(server: ApiServer, kind: Served, namespace: string): boolean {
  let isEmpty = true;
  for (const [key, { object }] of [...server.entriesOf(kind)]) {
    if (object.metadata.namespace !== namespace) continue;
    if (object.metadata.deletionTimestamp === undefined) {
      server.execute({ verb: "delete", resource: kind, key });
    }
    if (server.entriesOf(kind).has(key)) isEmpty = false;
  }
  return isEmpty;
}
