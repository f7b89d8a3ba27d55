/** Which keys are to be looked at, in which order. A key is queued once, however often it is woken. */
import { type Item, ItemMap } from "./item.ts";

/** What happens now goes before what follows from it. */
export type Priority = "live" | "wake";
const ORDER: readonly Priority[] = ["live", "wake"];

/** First in, first out; what moved to another lane is passed over when its turn comes. */
class Lane {
  items: Item[] = [];
  head = 0;
  /** Of those that are really to be taken from here. */
  size = 0;

  push(item: Item): void {
    this.items.push(item);
    this.size++;
  }
  shift(): Item | undefined {
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return this.items[this.head++] ?? void this.rewind();
  }
  rewind(): void {
    this.items = [];
    this.head = 0;
  }
}

export class Queue {
  #lanes: Record<Priority, Lane> = { live: new Lane(), wake: new Lane() };
  #laneOf = new ItemMap<Priority>();
  #sweep: Iterator<Item, undefined> | undefined;
  #turn: () => Item | undefined;
  #turned = false;

  /** @param turn whose turn it is, of those who wait; nobody's turn holds up what is queued, nor the other way round */
  constructor(turn: () => Item | undefined = () => undefined) {
    this.#turn = turn;
  }

  get size(): number {
    return this.#laneOf.size;
  }
  get isEmpty(): boolean {
    return this.size === 0 && this.#sweep === undefined;
  }

  depth(lane: Priority): number {
    return this.#lanes[lane].size;
  }

  /** A key that waits in a slower lane moves up; one that waits in a faster lane stays. */
  add(item: Item, priority: Priority): void {
    const waits = this.#laneOf.get(item);
    if (waits === priority || waits === "live") return;
    if (waits) this.#lanes[waits].size--;
    this.#laneOf.set(item, priority);
    this.#lanes[priority].push(item);
  }

  /** These are looked at one by one, when nothing more urgent is queued. */
  sweep(items: Iterator<Item, undefined>): void {
    this.#sweep = items;
  }

  take(): Item | undefined {
    const queued = this.#turned ? this.#queued() : undefined, turn = queued ? undefined : this.#turn();
    this.#turned = turn !== undefined;
    return queued ?? turn ?? this.#queued();
  }

  #queued(): Item | undefined {
    return this.#urgent() ?? this.#swept();
  }

  #swept(): Item | undefined {
    const next = this.#sweep?.next();
    if (next?.done) this.#sweep = undefined;
    return next?.value;
  }

  #urgent(): Item | undefined {
    for (const lane of ORDER) {
      const line = this.#lanes[lane];
      for (let item = line.shift(); item; item = line.shift()) {
        if (this.#laneOf.get(item) !== lane) continue;
        this.#laneOf.delete(item);
        line.size--;
        return item;
      }
    }
  }

  clear(): void {
    this.#lanes = { live: new Lane(), wake: new Lane() };
    this.#laneOf.clear();
    this.#sweep = undefined;
  }
}
