/** Those who wait for the same of one object, the oldest first. */
import { idOf, type Item } from "./item.ts";
import type { Need } from "./plan.ts";

export interface Waiting {
  readonly item: Item;
  /** When it was created. */
  readonly born: string;
}

/** Of one second in the order in which they came. */
export const byBirth = (a: Waiting, b: Waiting): number => a.born < b.born ? -1 : a.born > b.born ? 1 : 0;

/** Of so many nobody is looked for who is gone. */
const FEW = 100;

export class Line {
  readonly need: Need | undefined;
  #isThere: (item: Item) => boolean;
  #waiting = new Map<string, Waiting>();
  #enough = FEW;
  /** The youngest first. Who waits again meanwhile is not among them: everybody has one turn. */
  #turns: Waiting[] = [];

  constructor(need: Need | undefined, isThere: (item: Item) => boolean) {
    this.need = need;
    this.#isThere = isThere;
  }

  get waiting(): Iterable<Waiting> {
    return this.#waiting.values();
  }

  add(waiting: Waiting): void {
    const id = idOf(waiting.item);
    if (this.#waiting.get(id)?.born !== waiting.born) this.#waiting.set(id, waiting);
    if (this.#waiting.size > this.#enough) this.#tidy();
  }

  /** Some wait for what never happens, and are deleted one day. */
  #tidy(): void {
    for (const [id, { item }] of this.#waiting) if (!this.#isThere(item)) this.#waiting.delete(id);
    this.#enough = Math.max(FEW, 2 * this.#waiting.size);
  }

  /** All that wait now have a turn, as long as there is what they need. */
  call(): void {
    if (this.need && !this.need.met()) return;
    this.#turns = [...this.#waiting.values()].sort(byBirth).reverse();
  }

  /** Whose turn it is. */
  first(): Waiting | undefined {
    if (this.#turns.length > 0 && this.need && !this.need.met()) this.#turns = [];
    for (let first = this.#turns.at(-1); first; first = this.#turns.at(-1)) {
      if (this.#waiting.get(idOf(first.item)) === first) return first;
      this.#turns.pop();
    }
  }

  /** It had its turn, and waits no more. */
  leave({ item }: Waiting): void {
    this.#waiting.delete(idOf(item));
  }
}
