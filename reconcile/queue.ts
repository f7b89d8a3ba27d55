/** Which keys are to be looked at, in which order. A key is queued once, however often it is woken. */
import type { Key, Kind } from "./kind.ts";

export interface Item {
  readonly kind: Kind;
  readonly key: Key;
}

export const idOf = ({ kind, key }: Item): string => `${kind.kind} ${key}`;

/** What happens now goes before what follows from it, and that before what was there at start. */
export type Priority = "live" | "wake" | "start";
const ORDER: readonly Priority[] = ["live", "wake", "start"];

export class Queue {
  #lanes: Record<Priority, Map<string, Item>> = { live: new Map(), wake: new Map(), start: new Map() };

  get size(): number {
    return ORDER.reduce((n, lane) => n + this.#lanes[lane].size, 0);
  }

  depth(lane: Priority): number {
    return this.#lanes[lane].size;
  }

  /** A key that waits in a slower lane moves up; one that waits in a faster lane stays. */
  add(item: Item, priority: Priority): void {
    const id = idOf(item);
    for (const lane of ORDER) {
      if (lane === priority) {
        this.#lanes[lane].set(id, item);
        for (const slower of ORDER.slice(ORDER.indexOf(lane) + 1)) this.#lanes[slower].delete(id);
        return;
      }
      if (this.#lanes[lane].has(id)) return;
    }
  }

  take(): Item | undefined {
    for (const lane of ORDER) {
      for (const [id, item] of this.#lanes[lane]) {
        this.#lanes[lane].delete(id);
        return item;
      }
    }
  }

  clear(): void {
    for (const lane of ORDER) this.#lanes[lane].clear();
  }
}
