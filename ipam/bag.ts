/** A map with several values for a key, of which nearly always there is one. */

type Value = string | { readonly uid: string };

/**
 * Counts equal values: what is added twice must be removed twice.
 *
 * A lone value is stored as it is, without a list around it: a ledger has tens of thousands of them.
 */
export class Bag<K, V extends Value> {
  readonly #values = new Map<K, V | V[]>();

  has(key: K): boolean {
    return this.#values.has(key);
  }

  /** In the order in which they were added. */
  get(key: K): readonly V[] {
    const found = this.#values.get(key);
    return found === undefined ? [] : Array.isArray(found) ? found : [found];
  }

  /** @returns whether the key had no value before */
  add(key: K, value: V): boolean {
    const found = this.#values.get(key);
    if (found === undefined) this.#values.set(key, value);
    else if (Array.isArray(found)) found.push(value);
    else this.#values.set(key, [found, value]);
    return found === undefined;
  }

  /** Removes one value that fits. @returns whether there was one */
  remove(key: K, fits: (value: V) => boolean): boolean {
    const found = this.#values.get(key);
    if (found === undefined) return false;
    if (!Array.isArray(found)) return fits(found) && this.#values.delete(key);
    const at = found.findIndex(fits);
    if (at < 0) return false;
    found.splice(at, 1);
    if (found.length === 1) this.#values.set(key, found[0]!);
    return true;
  }

  keys(): Iterable<K> {
    return this.#values.keys();
  }

  *entries(): Generator<[K, V]> {
    for (const key of this.#values.keys()) for (const value of this.get(key)) yield [key, value];
  }
}
