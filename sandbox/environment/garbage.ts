/**
 * Deletes what belonged to an object that is gone.
 *
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
import type { Json } from "../../kube/api.ts";
import type { Key } from "../../kube/resource.ts";
import type { Served } from "../kinds/served.ts";
import type { ApiServer } from "../server.ts";
import type { Controller } from "./environment.ts";

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

interface Place {
  readonly kind: Served;
  readonly key: Key;
}

/** Keeps an index of its own, hence one for each server. */
export function garbage(): Controller {
  /** By uid. */
  const places = new Map<string, Place>();
  /** Uid of an owner → uids of what it owns. */
  const owned = new Map<string, Set<string>>();
  /**
   * Uids of what was deleted: what a late writer makes for such an owner goes too. An owner that was never here is another
   * matter: a copy of a part of a cluster holds dependents without their owners.
   */
  const gone = new Set<string>();

  return {
    *wake({ type, kind, key, object }) {
      const { uid, ownerReferences = [], deletionTimestamp, finalizers } = object.metadata;
      for (const { uid: owner } of ownerReferences) {
        const mine = owned.get(owner) ?? new Set();
        owned.set(owner, mine.add(uid));
      }
      if (type === "DELETED") {
        places.delete(uid);
        gone.add(uid);
        yield uid;
        for (const { uid: owner } of ownerReferences) yield owner;
      } else {
        places.set(uid, { kind, key });
        for (const { uid: owner } of ownerReferences) if (gone.has(owner)) yield owner;
        const waits = finalizers?.includes(FOREGROUND) || finalizers?.includes(ORPHAN);
        if (deletionTimestamp && waits) yield uid;
      }
    },

    work(server, uid) {
      const place = places.get(uid);
      const live = place && server.entriesOf(place.kind).get(place.key)?.object;
      const finalizers: readonly string[] = live?.metadata.finalizers ?? [];
      if (live && !live.metadata.deletionTimestamp) return;
      const dependents = [...owned.get(uid) ?? []].flatMap((each) => places.get(each) ?? []);
      if (live && finalizers.includes(ORPHAN)) {
        for (const dependent of dependents) disown(server, dependent, uid);
        drop(server, place!, ORPHAN);
      } else if (!live || finalizers.includes(FOREGROUND)) {
        const left = dependents.filter((dependent) => collect(server, dependent, { places, uid }));
        if (live && left.length === 0) drop(server, place!, FOREGROUND);
        if (!live && left.length === 0) owned.delete(uid);
      }
    },
  };
}

interface Gone {
  readonly uid: string;
  readonly places: ReadonlyMap<string, Place>;
}

/** Deletes a dependent that has no other owner. @returns whether it is still there. */
function collect(server: ApiServer, { kind, key }: Place, { uid, places }: Gone): boolean {
  const object = server.entriesOf(kind).get(key)?.object;
  const owners: Json[] = object?.metadata.ownerReferences ?? [];
  if (!owners.some((owner) => owner.uid === uid)) return false;
  const hasOwner = owners.some((owner) => {
    const place = places.get(owner.uid);
    // A namespaced owner of a cluster-scoped object cannot be looked up, and counts as present.
    if (!place) return !kind.namespaced;
    return !server.entriesOf(place.kind).get(place.key)?.object.metadata.deletionTimestamp;
  });
  if (hasOwner) return false;
  if (!object.metadata.deletionTimestamp) {
    server.execute({ verb: "delete", resource: kind, key, uid: object.metadata.uid });
  }
  return server.entriesOf(kind).has(key);
}

function disown(server: ApiServer, { kind, key }: Place, uid: string): void {
  const object = server.entriesOf(kind).get(key)?.object;
  const ownerReferences = object?.metadata.ownerReferences?.filter((owner: Json) => owner.uid !== uid);
  const body = { metadata: { ownerReferences } };
  server.execute({ verb: "merge", resource: kind, key, body, manager: "garbage-collector" });
}

function drop(server: ApiServer, { kind, key }: Place, finalizer: string): void {
  const live = server.entriesOf(kind).get(key)?.object;
  const finalizers = live?.metadata.finalizers?.filter((each: string) => each !== finalizer);
  const body = { metadata: { finalizers } };
  server.execute({ verb: "merge", resource: kind, key, body, manager: "garbage-collector" });
}
