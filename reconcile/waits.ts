/** Who waits for what: a wait names its triggers, and a trigger ends it once. */
import type { Trigger } from "./plan.ts";
import { idOf, type Item, ItemMap } from "./item.ts";

export class Waits {
  #byTrigger = new ItemMap<Map<string, Item>>();

  get size(): number {
    return this.#byTrigger.size;
  }

  add(item: Item, until: readonly Trigger[]): void {
    for (const [kind, key] of until) {
      const on = { kind, key };
      let waiting = this.#byTrigger.get(on);
      if (!waiting) this.#byTrigger.set(on, waiting = new Map());
      waiting.set(idOf(item), item);
    }
  }

  /** Takes out everybody who waited for that, the oldest first: what not all of them can have is given out in turn. */
  end(on: Item, born: (item: Item) => string): Iterable<Item> {
    const waiting = this.#byTrigger.get(on);
    this.#byTrigger.delete(on);
    const aged = Array.from(waiting?.values() ?? [], (item) => ({ item, born: born(item) }));
    return aged.sort((a, b) => a.born < b.born ? -1 : a.born > b.born ? 1 : 0).map(({ item }) => item);
  }
}
