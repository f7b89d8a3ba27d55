/** A map with several values for a key, of which often there is one. */

/**
 * Counts equal values: what is added twice must be removed twice.
 *
 * A lone value is stored as it is, and a list is replaced rather than pushed to, which would reserve room for 16 more: a ledger has
 * tens of thousands of them.
 */
export class Bag<K, V extends string | object> {
  readonly #values = new Map<K, V | V[]>();

  has(key: K): boolean {
    return this.#values.has(key);
  }

  /** In the order in which they were added. */
  get(key: K): readonly V[] {
    const found = this.#values.get(key);
    return found === undefined ? [] : Array.isArray(found) ? found : [found];
  }

  add(key: K, value: V): void {
    const found = this.#values.get(key);
    if (found === undefined) this.#values.set(key, value);
    else this.#values.set(key, Array.isArray(found) ? found.concat(value) : [found, value]);
  }

  /** Removes one value that fits. @returns what is left at the key; `undefined` when nothing fits */
  remove(key: K, fits: (value: V) => boolean): readonly V[] | undefined {
    const found = this.get(key);
    const at = found.findIndex(fits);
    if (at < 0) return undefined;
    const left = found.toSpliced(at, 1);
    const [first] = left;
    if (first === undefined) this.#values.delete(key);
    else this.#values.set(key, left.length === 1 ? first : left);
    return left;
  }

  keys(): IteratorObject<K> {
    return this.#values.keys();
  }
}
