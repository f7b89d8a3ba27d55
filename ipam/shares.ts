/** The addresses that pools set aside, as runs of which each belongs to one pool. */
import type { Address } from "./address.ts";
import type { Axis } from "./axis.ts";
import type { Interval } from "./interval.ts";

/** A run and its pool; without one, nobody draws from it. */
export interface Share<A extends Address> extends Interval<A> {
  readonly pool: string | undefined;
}

/** Ascending and disjoint; an address is looked up by binary search. */
export class Shares<A extends Address> implements Iterable<Share<A>> {
  readonly #axis: Axis<A>;
  readonly #shares: Share<A>[] = [];
  readonly #firsts: A[] = [];

  constructor(axis: Axis<A>) {
    this.#axis = axis;
  }

  get isEmpty(): boolean {
    return this.#shares.length === 0;
  }

  at(address: A): Share<A> | undefined {
    const share = this.#shares[this.#axis.floor(this.#firsts, address)];
    return share !== undefined && address <= share.last ? share : undefined;
  }

  /** The last share that has an address of this run. */
  meeting({ first, last }: Interval<A>): Share<A> | undefined {
    const share = this.#shares[this.#axis.floor(this.#firsts, last)];
    return share !== undefined && first <= share.last ? share : undefined;
  }

  /** Nothing of the run is there yet. */
  add(share: Share<A>): void {
    const at = this.#axis.floor(this.#firsts, share.first) + 1;
    this.#shares.splice(at, 0, share);
    this.#firsts.splice(at, 0, share.first);
  }

  [Symbol.iterator](): Iterator<Share<A>> {
    return this.#shares.values();
  }
}
