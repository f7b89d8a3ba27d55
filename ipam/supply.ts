/** What may be handed out, and in which order. */
import type { Address } from "./address.ts";
import type { Axis } from "./axis.ts";
import { type Interval, lowest, subtract } from "./interval.ts";
import { RunSet } from "./run_set.ts";

/** What must not be handed out this time. */
export interface Choice<A extends Address> {
  readonly skip: (address: A) => boolean;
  /** Ascending and disjoint. */
  readonly avoid: readonly Interval<A>[];
}

/**
 * Fresh addresses are handed out first, lowest first. One that was given back goes to the released ones, and when no fresh one is
 * left, the released ones become the fresh ones of the next round. So an address rests as long as possible before it is reused.
 *
 * Those whose last user may not have noticed yet come last of all, until they are {@link Supply.rested}.
 */
export class Supply<A extends Address> {
  #fresh: RunSet<A>;
  #released: RunSet<A>;
  readonly #resting: RunSet<A>;

  /** @param runs ascending and disjoint */
  constructor(axis: Axis<A>, runs: readonly Interval<A>[] = []) {
    this.#fresh = new RunSet(axis, runs);
    this.#released = new RunSet(axis);
    this.#resting = new RunSet(axis);
  }

  /** The address to hand out next. */
  get first(): A | undefined {
    return this.#fresh.first ?? this.#released.first ?? this.#resting.first;
  }

  /** The first that may be had; costs what is skipped, and the fragments of what is avoided. */
  pick(choice: Choice<A>): A | undefined {
    const from = (set: RunSet<A>) => lowest(subtract(set.runs(), choice.avoid), choice);
    return from(this.#fresh) ?? from(this.#released) ?? from(this.#resting);
  }

  /** Somebody has it now. */
  take(address: A): void {
    if (this.#fresh.delete(address) || this.#resting.delete(address)) return;
    if (!this.#released.delete(address) || this.#fresh.first !== undefined) return;
    [this.#fresh, this.#released] = [this.#released, this.#fresh];
  }

  /** Nobody has it any more. */
  give(address: A): void {
    this.#released.add(address);
  }

  /** Nobody has it any more, or only somebody who may not know. Nothing changes where it is not to be had anyway. */
  rest(address: A): void {
    if (this.#fresh.delete(address) || this.#released.delete(address)) this.#resting.add(address);
  }

  /** It may be handed out like any other that was given back. */
  rested(address: A): void {
    if (this.#resting.delete(address)) this.give(address);
  }
}
