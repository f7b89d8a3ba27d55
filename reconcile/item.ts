/** One key of one kind: what is queued, decided, committed and waited for. */
import type { Key, Kind } from "./kind.ts";

export interface Item {
  readonly kind: Kind;
  readonly key: Key;
}

/** For people, and where items of all kinds are in one order. */
export const idOf = ({ kind, key }: Item): string => `${kind.kind} ${key}`;

export const isSame = (one: Item | undefined, other: Item): boolean =>
  one !== undefined && one.key === other.key && one.kind.kind === other.kind.kind;

/** By item. A map for each kind: to make one string of kind and key, and hash it, would take longer than the lookup. */
export class ItemMap<V> {
  #byKind = new Map<string, Map<Key, V>>();
  size = 0;

  get({ kind, key }: Item): V | undefined {
    return this.#byKind.get(kind.kind)?.get(key);
  }
  has({ kind, key }: Item): boolean {
    return this.#byKind.get(kind.kind)?.has(key) ?? false;
  }
  set({ kind, key }: Item, value: V): void {
    let byKey = this.#byKind.get(kind.kind);
    if (!byKey) this.#byKind.set(kind.kind, byKey = new Map());
    const before = byKey.size;
    byKey.set(key, value);
    this.size += byKey.size - before;
  }
  delete({ kind, key }: Item): void {
    if (this.#byKind.get(kind.kind)?.delete(key)) this.size--;
  }
  clear(): void {
    this.#byKind.clear();
    this.size = 0;
  }
  *values(): Iterable<V> {
    for (const byKey of this.#byKind.values()) yield* byKey.values();
  }
}
