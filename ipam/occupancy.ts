/** Who is at which address. */
import { Bag } from "./bag.ts";

/** The object named in a claim. */
export interface Holder {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Everybody at one address. Several at once are usual: a claim, its record and its pod. */
export interface Holders {
  /** Those who hold it by a claim. */
  readonly claims: readonly Holder[];
  /** Those who show it in a record or publish it, by name. */
  readonly others: readonly string[];
}

/** Claims are counted by statistics; other occupants only keep an address from being given to somebody else. */
export class Occupancy<K> {
  readonly #claims = new Bag<K, Holder>();
  readonly #others = new Bag<K, string>();

  claim(key: K, holder: Holder): void {
    this.#claims.add(key, holder);
  }

  /** @returns whether that holder had a claim there */
  unclaim(key: K, holderUid: string): boolean {
    return this.#claims.remove(key, ({ uid }) => uid === holderUid);
  }

  occupy(key: K, by: string): void {
    this.#others.add(key, by);
  }

  /** @returns whether that occupant was there */
  vacate(key: K, by: string): boolean {
    return this.#others.remove(key, (other) => other === by);
  }

  isFree(key: K): boolean {
    return !this.#claims.has(key) && !this.#others.has(key);
  }

  isClaimed(key: K): boolean {
    return this.#claims.has(key);
  }

  holders(key: K): Holders {
    return { claims: this.#claims.get(key), others: this.#others.get(key) };
  }

  /** Every claim, in no order worth relying on. */
  claims(): Generator<[K, Holder]> {
    return this.#claims.entries();
  }

  /** Every address with an occupant; some of them twice. */
  *occupied(): Generator<K> {
    yield* this.#claims.keys();
    yield* this.#others.keys();
  }
}
