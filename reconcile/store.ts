/**
 * What the process knows: the watch cache, and on top of it our own writes.
 *
 * Acquired early, freed late: an object we are about to create counts as existing from the moment we decide, an object
 * we are about to delete counts as existing until the API server says that it is gone.
 */
import { compareVersions, isDeleting, type Key, keyOf, type Kind, type Obj, splitKey } from "./kind.ts";
import { type Freed, Projected } from "./projected.ts";
import type { Projection } from "./projection.ts";
import { type Relation, relationsOf } from "./relation.ts";
import { RelationIndex } from "./relation_index.ts";

/** An answer that is ahead of the watch: an object, or `gone` with the uid that is no more. */
type Ahead = { readonly object: Obj } | { readonly gone: string };

interface Table {
  readonly cache: Map<Key, Obj>;
  readonly ahead: Map<Key, Ahead>;
  /** The version of the last whole list, of each namespace or, under "", of all. */
  readonly listed: Map<string, string>;
}

/** Far more deletions than there are while one answer is under way, or than anybody makes by hand. */
const REMEMBERED = 10_000;

type Change = (kind: Kind, before: Obj | undefined, after: Obj | undefined) => void;

export interface StoreOptions {
  readonly relations: readonly Relation[];
  readonly projections: readonly Projection[];
  /** Finalizers by which an object of ours holds on. */
  readonly finalizers: readonly string[];
  /** Kinds of which a member counts only after a consistent list of its kind was read. */
  readonly census: readonly Kind[];
}

export class Store {
  /** Called after every effective change. */
  onChange: Change = () => {};
  /** Called for an object that cannot be taken in as it stands: what was known of it before stays. */
  onUnreadable: (kind: Kind, object: Obj, error: unknown) => void = () => {};
  /** Called after a change that took something out of a projection about this object. */
  onFreed: (kind: Kind, key: Key) => void = () => {};
  /** Called where a change leaves something that is to end after so many milliseconds. */
  onLinger: (ms: number, end: () => void) => void = () => {};
  #tables = new Map<string, Table>();
  #relations: readonly Relation[];
  #projected: Projected;
  #index: RelationIndex;
  /** Uids of objects we asked to be deleted, until the watch says they are gone. */
  #leaving = new Set<string>();
  /** Uids that the watch has shown to be gone, the last ones: an answer under way may still show them. */
  #gone = new Set<string>();
  /** uid → generation that the census was about. */
  #established = new Map<string, number>();
  #inherited = new Set<string>();
  #beginning = true;
  /** By kind and key: what went although nobody had seen its owner go. */
  #former = new Map<string, Obj>();
  #finalizers: readonly string[];
  #census: ReadonlySet<string>;

  constructor({ relations, projections, finalizers, census }: StoreOptions) {
    this.#relations = relations;
    this.#finalizers = finalizers;
    this.#census = new Set(census.map((kind) => kind.kind));
    this.#index = new RelationIndex(relations);
    this.#projected = new Projected(projections);
  }

  get(kind: Kind, key: Key): Obj | undefined {
    const table = this.#table(kind);
    return shown(table.cache.get(key), table.ahead.get(key));
  }

  *values(kind: Kind): Iterable<Obj> {
    const { cache, ahead } = this.#table(kind);
    for (const [key, object] of cache) {
      const now = shown(object, ahead.get(key));
      if (now) yield now;
    }
    for (const [key, entry] of ahead) if (!cache.has(key) && "object" in entry) yield entry.object;
  }

  keys(kind: Kind): Iterable<Key> {
    return this.#table(kind).cache.keys();
  }

  children(relation: Relation, parent: Key): readonly Obj[] {
    return this.#index.children(relation, parent);
  }

  /** Whoever is meant by that key: the one that has it, and those that share it. */
  parents(relation: Relation, key: Key): readonly Obj[] {
    const own = this.get(relation.parent, key), sharers = this.sharers(relation, key);
    return own ? [own, ...sharers] : sharers;
  }

  /** Those of them that have a key of their own. */
  sharers(relation: Relation, key: Key): readonly Obj[] {
    return this.#index.sharers(relation, key);
  }

  /** @throws where no relation says how the one kind refers to the other: a mistake in a handler, found by its first test. */
  referrers(kind: Kind, parent: Kind, key: Key): readonly Obj[] {
    const relation = relationsOf(kind, this.#relations)
      .find((r) => r.child.kind === kind.kind && r.parent.kind === parent.kind);
    if (!relation) throw new Error(`no relation says how ${kind.kind} refers to ${parent.kind}`);
    return this.children(relation, key);
  }

  projection<S>(projection: Projection<S>, key: Key): S {
    return this.#projected.state(projection, key);
  }

  isLeaving(object: Obj): boolean {
    return this.#leaving.has(object.metadata.uid);
  }
  isHeld(object: Obj): boolean {
    return object.metadata.finalizers?.some((f) => this.#finalizers.includes(f)) ?? false;
  }
  isEstablished(kind: Kind, object: Obj): boolean {
    if (!this.isHeld(object) || isDeleting(object)) return false;
    return !this.#census.has(kind.kind) ||
      this.#established.get(object.metadata.uid) === (object.metadata.generation ?? 0);
  }
  isInherited(object: Obj): boolean {
    return this.#inherited.has(object.metadata.uid);
  }
  former(kind: Kind, key: Key): Obj | undefined {
    return this.#former.get(`${kind.kind} ${key}`);
  }

  /** From the watch. Never takes back what an answer to us already showed. */
  observe(kind: Kind, object: Obj): void {
    this.#observe(kind, keyOf(object), object);
  }

  #observe(kind: Kind, key: Key, object: Obj): void {
    if (this.#beginning) this.#inherit(object);
    this.#change(kind, key, ({ cache, ahead }) => {
      cache.set(key, object);
      const ours = ahead.get(key);
      if (ours && !isNewer(ours, object)) ahead.delete(key);
    });
  }

  /** From the watch: the object is gone. What we created under its name since then stays. */
  observeGone(kind: Kind, object: Obj): void {
    const key = keyOf(object), { uid } = object.metadata;
    this.#bury(uid);
    this.#leaving.delete(uid);
    this.#established.delete(uid);
    this.#change(kind, key, ({ cache, ahead }) => {
      if (cache.get(key)?.metadata.uid === uid) cache.delete(key);
      const ours = ahead.get(key);
      if (ours && ("gone" in ours ? ours.gone : ours.object.metadata.uid) === uid) ahead.delete(key);
    });
  }

  /** A whole list of a kind, in one namespace or in all, as of `version`: what is missing in it is gone. */
  replace(kind: Kind, objects: Iterable<Obj>, version: string, namespace?: string): void {
    for (const part of this.replacing(kind, objects, version, namespace)) part();
  }

  /** The same in small parts, one after the other: a long list would hold everything up. */
  *replacing(
    kind: Kind,
    objects: Iterable<Obj>,
    version: string,
    namespace?: string,
  ): Iterable<() => void> {
    const isListed = (key: Key) => namespace === undefined || splitKey(key)[0] === namespace;
    const { cache, ahead, listed: versions } = this.#table(kind), listed = new Set<Key>();
    for (const object of objects) {
      const key = keyOf(object);
      listed.add(key);
      yield () => this.#observe(kind, key, object);
    }
    yield () => void versions.set(namespace ?? "", version);
    for (const keys of bites([...cache.keys()])) {
      yield () => {
        for (const key of keys) {
          if (!listed.has(key) && isListed(key)) this.observeGone(kind, cache.get(key)!);
        }
      };
    }
    // An answer that no watch event will ever catch up with: its object came and went before the list.
    yield () => {
      for (const [key, entry] of [...ahead]) {
        if (!isListed(key) || cache.has(key) || ("object" in entry && isAssumed(entry.object))) continue;
        const later = "object" in entry &&
          compareVersions(entry.object.metadata.resourceVersion, version) > 0;
        if (!later) this.forget(kind, key);
      }
    };
  }

  /** We have decided to create this; it has no uid yet. */
  assume(kind: Kind, object: Obj): void {
    const key = keyOf(object);
    this.#change(kind, key, ({ ahead }) => ahead.set(key, { object }));
  }

  /** An answer of the API server to a write or a read of ours. It may be older than what the watch or a list has shown since. */
  acknowledge(kind: Kind, object: Obj): void {
    const key = keyOf(object);
    if (this.#gone.has(object.metadata.uid)) return;
    this.#change(kind, key, ({ cache, ahead, listed }) => {
      const seen = cache.get(key), ours = ahead.get(key);
      if (ours && "gone" in ours && ours.gone === object.metadata.uid) return;
      const { namespace = "" } = object.metadata, version = listed.get(namespace) ?? listed.get("");
      const cameAndWent = !seen && version !== undefined &&
        compareVersions(object.metadata.resourceVersion, version) <= 0;
      if (cameAndWent || (seen && !isNewer({ object }, seen))) {
        if (ours && "object" in ours && isAssumed(ours.object)) ahead.delete(key);
        return;
      }
      if (ours && "object" in ours && !isAssumed(ours.object) && isNewer(ours, object)) return;
      ahead.set(key, { object });
    });
  }

  /**
   * A live read said that nothing of that name is there. Only the object that was in the view when the read was sent is gone for sure:
   * another one may have been created after the answer was given.
   */
  acknowledgeGone(kind: Kind, key: Key, uid: string | undefined): void {
    if (!uid) return;
    this.#change(kind, key, ({ cache, ahead }) => {
      if (shown(cache.get(key), ahead.get(key))?.metadata.uid === uid) ahead.set(key, { gone: uid });
    });
  }

  /** A deletion was accepted: it still exists, but nobody needs to ask again. */
  acknowledgeLeaving(object: Obj): void {
    this.#leaving.add(object.metadata.uid);
  }

  /** Back to what was observed: an assumed creation did not happen. */
  forget(kind: Kind, key: Key): void {
    this.#change(kind, key, ({ ahead }) => ahead.delete(key));
  }
  forgetAssumed(kind: Kind, key: Key): void {
    const ours = this.#table(kind).ahead.get(key);
    if (ours && "object" in ours && isAssumed(ours.object)) this.forget(kind, key);
  }

  /** A consistent list, sent after `object` was seen with our finalizer and this spec, is in the store now. */
  establish(kind: Kind, object: Obj): void {
    this.#established.set(object.metadata.uid, object.metadata.generation ?? 0);
    this.onChange(kind, undefined, this.get(kind, keyOf(object)) ?? object);
  }

  /** From now on what comes is new; what came until now was here before us. */
  begin(): void {
    this.#beginning = false;
  }

  /** Back to before the beginning: what is here now will have been here before us. */
  reopen(kinds: readonly Kind[]): void {
    this.#beginning = true;
    for (const kind of kinds) for (const object of this.values(kind)) this.#inherit(object);
  }

  /** Lists and the events after them are in order: whoever is held here was counted. */
  #inherit(object: Obj): void {
    this.#inherited.add(object.metadata.uid);
    if (this.isHeld(object)) this.#established.set(object.metadata.uid, object.metadata.generation ?? 0);
  }

  #bury(uid: string): void {
    this.#gone.add(uid);
    if (this.#gone.size > REMEMBERED) this.#gone.delete(this.#gone.values().next().value!);
  }

  /** A child that was deleted while its owner lives on: the owner may still show what it stood for. */
  #remember(kind: Kind, key: Key, child: Obj): void {
    const outlived = relationsOf(kind, this.#relations).some((relation) => {
      const owner = relation.child.kind === kind.kind && relation.onDelete === "release"
        ? relation.uid(child)
        : undefined;
      return owner !== undefined && !this.#gone.has(owner);
    });
    if (!outlived || isAssumed(child)) return;
    this.#former.set(`${kind.kind} ${key}`, child);
    if (this.#former.size > REMEMBERED) this.#former.delete(this.#former.keys().next().value!);
  }

  #table(kind: Kind): Table {
    let table = this.#tables.get(kind.kind);
    if (!table) {
      this.#tables.set(kind.kind, table = { cache: new Map(), ahead: new Map(), listed: new Map() });
    }
    return table;
  }

  #change(kind: Kind, key: Key, mutate: (table: Table) => void): void {
    const table = this.#table(kind), { cache, ahead } = table;
    const seen = cache.get(key), ours = ahead.get(key), before = shown(seen, ours);
    mutate(table);
    const after = shown(cache.get(key), ahead.get(key));
    if (before === after) return;
    let freed: readonly Freed[];
    try {
      freed = this.#enter(kind, key, before, after);
    } catch (error) {
      restore(cache, key, seen);
      restore(ahead, key, ours);
      return this.onUnreadable(kind, after!, error);
    }
    if (before) this.#projected.linger(kind, { before, after }, this.onLinger);
    if (before && !after) this.#remember(kind, key, before);
    this.onChange(kind, before, after);
    for (const [about, key] of freed) this.onFreed(about, key);
  }

  /**
   * Into indexes and projections.
   *
   * @returns what something was taken out of.
   * @throws where the object has a field of another type than its kind says; nothing has changed then.
   */
  #enter(kind: Kind, key: Key, before: Obj | undefined, after: Obj | undefined): readonly Freed[] {
    const regroup = this.#index.change(kind, key, before, after);
    const freed = this.#projected.change(kind, before, after);
    regroup();
    return freed;
  }
}

/** Looked through in one go: far less than a millisecond. */
const BITE = 500;

function* bites<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < all.length; from += BITE) yield all.slice(from, from + BITE);
}

function restore<V>(map: Map<Key, V>, key: Key, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

const shown = (seen: Obj | undefined, ahead: Ahead | undefined): Obj | undefined =>
  ahead === undefined ? seen : "object" in ahead ? ahead.object : undefined;

/** Ours by decision only: no answer yet. */
export const isAssumed = (object: Obj): boolean => object.metadata.uid === "";

/** Whether an answer shows a later state than this object. */
function isNewer(ahead: Ahead, than: Obj): boolean {
  if ("gone" in ahead) return ahead.gone === than.metadata.uid;
  return !isAssumed(ahead.object) &&
    compareVersions(ahead.object.metadata.resourceVersion, than.metadata.resourceVersion) > 0;
}
