/** Who waits for what: a wait names its triggers, and a trigger ends it once. */
import { type Item, ItemMap } from "./item.ts";
import { byBirth, Line, type Waiting } from "./line.ts";
import type { Trigger } from "./plan.ts";

/** Those who wait for one object, by what they need of it. */
type Lines = Line[];

export class Waits {
  #byTrigger = new ItemMap<Lines>();
  /** Where somebody may have a turn. */
  #called = new Set<Lines>();
  #isThere: (item: Item) => boolean;

  constructor(isThere: (item: Item) => boolean) {
    this.#isThere = isThere;
  }

  get hasTurns(): boolean {
    return this.#called.size > 0;
  }

  add(waiting: Waiting, until: readonly Trigger[]): void {
    for (const [kind, key, need] of until) {
      const on = { kind, key };
      let lines = this.#byTrigger.get(on);
      if (!lines) this.#byTrigger.set(on, lines = []);
      let line = lines.find((each) => each.need?.name === need?.name);
      if (!line) lines.push(line = new Line(need, this.#isThere));
      line.add(waiting);
    }
  }

  /** It is not what it was: takes out everybody who waited for it, the oldest first. */
  end(on: Item): Iterable<Item> {
    const lines = this.#byTrigger.get(on) ?? [];
    this.#byTrigger.delete(on);
    this.#called.delete(lines);
    return lines.flatMap(({ waiting }) => [...waiting]).sort(byBirth).map(({ item }) => item);
  }

  /**
   * It gave something back, and not all who wait for that can have it: they take turns, the oldest first, and whoever comes to the
   * end of what there was goes on waiting. So what is given back costs a look at those who get it, not at all who wait.
   */
  call(on: Item): void {
    const lines = this.#byTrigger.get(on);
    if (!lines) return;
    for (const line of lines) line.call();
    if (lines.some((line) => line.first())) this.#called.add(lines);
  }

  /** Takes out whose turn it is. No object's turns hold up those of another one. */
  turn(): Item | undefined {
    for (const lines of this.#called) {
      this.#called.delete(lines);
      const [next] = lines.flatMap((line) => {
        const first = line.first();
        return first ? [{ line, ...first, first }] : [];
      }).sort(byBirth);
      if (!next) continue;
      next.line.leave(next.first);
      this.#called.add(lines);
      return next.item;
    }
  }

  /** Nobody has a turn: everybody is looked at anyway. */
  dismiss(): void {
    this.#called.clear();
  }
}
