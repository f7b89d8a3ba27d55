/** What is stored: the objects of every kind, one counter of versions, and the log. */
import type { Json } from "../kube/api.ts";
import type { Key } from "../kube/resource.ts";
import type { Managers } from "./fields/manager.ts";
import type { Served } from "./kinds/served.ts";
import { type Commit, Log } from "./log.ts";

/** An object, and beside it who owns its fields. Neither is ever changed in place. */
export interface Entry {
  readonly object: Json;
  readonly managers: Managers;
  /** Stored with empty parts of metadata, which nobody sees, but which the next write of the same takes away. */
  readonly isUntidy?: boolean;
}

/** All objects of one kind. */
export class Collection {
  readonly entries: Map<Key, Entry> = new Map();
  readonly log: Log = new Log();
  #sorted: readonly Key[] | undefined;

  /** In the order of etcd: by namespace, then name. */
  keys(): readonly Key[] {
    return this.#sorted ??= [...this.entries.keys()].sort();
  }

  set(key: Key, entry: Entry): void {
    if (!this.entries.has(key)) this.#sorted = undefined;
    this.entries.set(key, entry);
  }

  delete(key: Key): void {
    this.entries.delete(key);
    this.#sorted = undefined;
  }
}

/** The sources of everything that is not in a request. */
export interface Environment {
  /** ISO 8601, to the second: `2026-01-01T00:00:00Z`. */
  readonly now: () => string;
  readonly uid: () => string;
}

export class Store {
  readonly log: Log = new Log();
  readonly listeners: Set<(commit: Commit) => void> = new Set();
  /** Whether writes are only tried: answered as usual, and not kept. */
  isDry = false;
  #version = 0;
  /** Nothing up to here can be read from the log any more. */
  #compacted = 0;
  readonly #collections = new Map<string, Collection>();
  /** The same by kind: a definition may be served anew, as another kind of the same name. */
  readonly #ofKinds = new WeakMap<object, Collection>();

  constructor(readonly environment: Environment) {}

  /** The version of the last write. */
  get version(): number {
    return this.#version;
  }

  get compacted(): number {
    return this.#compacted;
  }

  collection(kind: Pick<Served, "group" | "plural">): Collection {
    let found = this.#ofKinds.get(kind);
    if (!found) this.#ofKinds.set(kind, found = this.#named(kind));
    return found;
  }

  #named({ group, plural }: Pick<Served, "group" | "plural">): Collection {
    const id = group === "" ? plural : `${plural}.${group}`;
    let found = this.#collections.get(id);
    if (!found) this.#collections.set(id, found = new Collection());
    return found;
  }

  /** Stores an object, whose metadata must be fresh: it gets its version here. */
  put(kind: Served, key: Key, { object, managers, isUntidy = false }: Entry): Json {
    object.metadata.resourceVersion = String(this.#version + 1);
    Object.freeze(object.metadata);
    Object.freeze(object);
    if (this.isDry) return object;
    const collection = this.collection(kind);
    const previous = collection.entries.get(key)?.object;
    collection.set(key, isUntidy ? { object, managers, isUntidy } : { object, managers });
    const type = previous ? "MODIFIED" : "ADDED";
    this.#commit(collection, { rv: ++this.#version, type, kind, key, object, previous, managers });
    return object;
  }

  /** @returns the last state, with the version of the deletion. */
  remove(kind: Served, key: Key, { object: previous, managers }: Entry): Json {
    if (this.isDry) return previous;
    const collection = this.collection(kind);
    collection.delete(key);
    const rv = ++this.#version;
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(rv) } };
    this.#commit(collection, { rv, type: "DELETED", kind, key, object, previous, managers });
    return object;
  }

  /** Makes the past unreadable: watches from before answer 410. Indexes into logs stay valid. */
  compact(rv: number = this.#version): void {
    this.#compacted = Math.max(this.#compacted, Math.min(rv, this.#version));
  }

  /** Frees the memory of what was compacted. */
  trim(): void {
    this.log.trim(this.#compacted);
    for (const collection of this.#collections.values()) collection.log.trim(this.#compacted);
  }

  #commit(collection: Collection, commit: Commit): void {
    this.log.push(commit);
    collection.log.push(commit);
    for (const listener of this.listeners) listener(commit);
  }
}
