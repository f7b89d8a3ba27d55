/** A choice among names, each as likely as its weight says; made once, drawn from often. */
import type { Random } from "../conformance/random.ts";

export class Lottery<T extends string> {
  readonly #names: readonly T[];
  /** Sums of weights up to and including each name. */
  readonly #sums: readonly number[];

  constructor(weights: Readonly<Record<T, number>>) {
    this.#names = Object.keys(weights) as T[];
    let sum = 0;
    this.#sums = this.#names.map((name) => sum += weights[name]);
  }

  draw(random: Random): T {
    const at = random.next() * this.#sums.at(-1)!;
    let i = 0;
    while (i < this.#sums.length - 1 && this.#sums[i]! <= at) i++;
    return this.#names[i]!;
  }
}
