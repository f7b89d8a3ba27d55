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

/** A claim's holder, or the name of somebody without a claim. */
export type Occupant = Holder | string;

export function isHolder(occupant: Occupant): occupant is Holder {
  return typeof occupant !== "string";
}

function isOther(occupant: Occupant): occupant is string {
  return typeof occupant === "string";
}

function byName(a: Holder, b: Holder): number {
  const name = ({ kind, name, uid }: Holder) => `${kind} ${name} ${uid}`;
  return name(a) < name(b) ? -1 : 1;
}

/** Claims are counted by statistics; other occupants only keep an address from being given to somebody else. */
export class Occupancy<K> {
  readonly #occupants = new Bag<K, Occupant>();

  enter(key: K, occupant: Occupant): void {
    this.#occupants.add(key, occupant);
  }

  /** @returns who is left; `undefined` when nobody who fits was there */
  leave(key: K, fits: (occupant: Occupant) => boolean): readonly Occupant[] | undefined {
    return this.#occupants.remove(key, fits);
  }

  isFree(key: K): boolean {
    return !this.#occupants.has(key);
  }

  /** By name: what is said of them must not depend on who came first to this process. */
  holders(key: K): Holders {
    const there = this.#occupants.get(key);
    return { claims: there.filter(isHolder).sort(byName), others: there.filter(isOther).sort() };
  }

  /** Every address with an occupant, in no order worth relying on. */
  occupied(): IteratorObject<K> {
    return this.#occupants.keys();
  }
}
