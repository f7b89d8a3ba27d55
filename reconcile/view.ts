/** What a handler may look at. Reading is all it can do. */
import type { Key, Kind, Obj, Of } from "./kind.ts";
import type { Projection } from "./projection.ts";
import type { Store } from "./store.ts";

export interface View {
  get<K extends Kind>(kind: K, key: Key | undefined): Of<K> | undefined;
  list<K extends Kind>(kind: K): Iterable<Of<K>>;
  /** Objects of `kind` that refer to that parent, over the declared relation. */
  referrers<K extends Kind>(kind: K, parent: Kind, key: Key): readonly Of<K>[];
  project<S>(projection: Projection<S>, key: Key): S;
  /** Our finalizer is on it, it is not going, and it was counted by a census where its kind asks for one. */
  established(kind: Kind, object: Obj): boolean;
  /** It was there before this process made its first decision. */
  inherited(object: Obj): boolean;
  /** The last state of the one of that name that was deleted while the owner that it named lived on. */
  former<K extends Kind>(kind: K, key: Key): Of<K> | undefined;
}

/**
 * @param onRead told the kind of every read: a test uses it to find reads that nothing wakes.
 */
export function viewOf(store: Store, onRead: (kind: Kind) => void = () => {}): View {
  return {
    get: (kind, key) => (onRead(kind), key === undefined ? undefined : store.get(kind, key) as never),
    list: (kind) => (onRead(kind), store.values(kind) as never),
    referrers: (kind, parent, key) => (onRead(kind), store.referrers(kind, parent, key) as never),
    project: (projection, key) => {
      for (const source of projection.sources) onRead(source.of);
      return store.projection(projection, key);
    },
    established: (kind, object) => (onRead(kind), store.isEstablished(kind, object)),
    inherited: (object) => store.isInherited(object),
    former: (kind, key) => (onRead(kind), store.former(kind, key) as never),
  };
}
