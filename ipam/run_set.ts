/** A set of addresses, kept as ascending runs. */
import type { Address } from "./address.ts";
import type { Axis } from "./axis.ts";
import { clip, type Interval } from "./interval.ts";

/** Up to {@link FULL} neighbouring runs. */
interface Chunk<A> {
  readonly firsts: A[];
  readonly lasts: A[];
}

/** Longer chunks cost more to insert into, shorter ones make more of them; between 128 and 1,024 it hardly matters. */
const FULL = 256;

/**
 * A set whose cost follows its fragments, never its addresses: a full /8 is one run.
 *
 * Adding and deleting are two binary searches and a move within one chunk. Runs that touch across two chunks stay apart inside and
 * are joined by {@link RunSet.runs}.
 */
export class RunSet<A extends Address> {
  readonly #axis: Axis<A>;
  readonly #chunks: Chunk<A>[] = [];
  /** The first address of every chunk. */
  readonly #heads: A[] = [];

  /** @param runs ascending and disjoint */
  constructor(axis: Axis<A>, runs: readonly Interval<A>[] = []) {
    this.#axis = axis;
    for (let i = 0; i < runs.length; i += FULL / 2) {
      const part = runs.slice(i, i + FULL / 2);
      this.#insertChunk(this.#chunks.length, {
        firsts: part.map(({ first }) => first),
        lasts: part.map(({ last }) => last),
      });
    }
  }

  /** The lowest address; `undefined` when there is none. */
  get first(): A | undefined {
    return this.#heads[0];
  }

  has(address: A): boolean {
    const chunk = this.#chunks[this.#axis.floor(this.#heads, address)];
    if (chunk === undefined) return false;
    return address <= chunk.lasts[this.#axis.floor(chunk.firsts, address)]!;
  }

  /** @returns whether it was not there before */
  add(address: A): boolean {
    const axis = this.#axis;
    const index = Math.max(axis.floor(this.#heads, address), 0);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#insertChunk(0, { firsts: [address], lasts: [address] });
      return true;
    }
    const { firsts, lasts } = chunk;
    const left = axis.floor(firsts, address), right = left + 1;
    if (left >= 0 && address <= lasts[left]!) return false;
    const joinsLeft = left >= 0 && lasts[left] === axis.previous(address);
    const joinsRight = right < firsts.length && firsts[right] === axis.next(address);
    if (joinsLeft && joinsRight) {
      lasts[left] = lasts[right]!;
      this.#removeRun(index, right);
    } else if (joinsLeft) lasts[left] = address;
    else if (joinsRight) this.#moveFirst(index, right, address);
    else this.#insertRun(index, right, { first: address, last: address });
    return true;
  }

  /** @returns whether it was there before */
  delete(address: A): boolean {
    const axis = this.#axis;
    const index = axis.floor(this.#heads, address);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return false;
    const { firsts, lasts } = chunk;
    const at = axis.floor(firsts, address);
    const first = firsts[at]!, last = lasts[at]!;
    if (address > last) return false;
    if (first === last) this.#removeRun(index, at);
    else if (first === address) this.#moveFirst(index, at, axis.next(address));
    else {
      lasts[at] = axis.previous(address);
      if (address !== last) this.#insertRun(index, at + 1, { first: axis.next(address), last });
    }
    return true;
  }

  /** What of it lies inside `bounds`, as maximal runs, ascending. Costs the runs there, not those before or after. */
  *within(bounds: Interval<A>): Generator<Interval<A>> {
    const index = Math.max(this.#axis.floor(this.#heads, bounds.first), 0);
    for (const run of this.runs(index)) {
      if (run.first > bounds.last) return;
      yield* clip([run], bounds);
    }
  }

  /** Maximal runs, ascending; `from` skips so many chunks. */
  *runs(from = 0): Generator<Interval<A>> {
    let open: { first: A; last: A } | undefined;
    for (let index = from; index < this.#chunks.length; index++) {
      const { firsts, lasts } = this.#chunks[index]!;
      for (let i = 0; i < firsts.length; i++) {
        const first = firsts[i]!, last = lasts[i]!;
        if (open && open.last === this.#axis.previous(first)) open.last = last;
        else {
          if (open) yield open;
          open = { first, last };
        }
      }
    }
    if (open) yield open;
  }

  #insertRun(index: number, at: number, { first, last }: Interval<A>): void {
    const { firsts, lasts } = this.#chunks[index]!;
    firsts.splice(at, 0, first);
    lasts.splice(at, 0, last);
    if (at === 0) this.#heads[index] = first;
    if (firsts.length > FULL) {
      this.#insertChunk(index + 1, { firsts: firsts.splice(FULL / 2), lasts: lasts.splice(FULL / 2) });
    }
  }

  #removeRun(index: number, at: number): void {
    const { firsts, lasts } = this.#chunks[index]!;
    firsts.splice(at, 1);
    lasts.splice(at, 1);
    const head = firsts[0];
    if (head !== undefined) this.#heads[index] = head;
    else {
      this.#chunks.splice(index, 1);
      this.#heads.splice(index, 1);
    }
  }

  #moveFirst(index: number, at: number, first: A): void {
    this.#chunks[index]!.firsts[at] = first;
    if (at === 0) this.#heads[index] = first;
  }

  #insertChunk(index: number, chunk: Chunk<A>): void {
    this.#chunks.splice(index, 0, chunk);
    this.#heads.splice(index, 0, chunk.firsts[0]!);
  }
}
