/** Time that stands still until somebody moves it. */

interface Timer {
  readonly at: number;
  readonly owner: unknown;
  readonly callback: () => void;
}

const EPOCH = Date.parse("2026-01-01T00:00:00Z");

export class Clock {
  #now = 0;
  #wall: string | undefined;
  #timers = new Set<Timer>();

  /** Milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** ISO 8601, to the second, as the API server writes it. */
  get wall(): string {
    return this.#wall ??= this.wallOff(0);
  }

  /** The same on a machine whose clock on the wall is so many milliseconds fast. */
  wallOff(ms: number): string {
    return new Date(EPOCH + this.#now + ms).toISOString().replace(/\.\d+Z$/, "Z");
  }

  /** When the next timer is due; `undefined` when there is none. */
  get next(): number | undefined {
    return this.#earliest()?.at;
  }

  /** Calls back once; the returned function prevents that. */
  after(ms: number, callback: () => void, owner: unknown): () => void {
    const timer = { at: this.#now + ms, callback, owner };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves to the next timer and fires it; false when there is none. */
  tick(): boolean {
    const timer = this.#earliest();
    if (!timer) return false;
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    this.#wall = undefined;
    timer.callback();
    return true;
  }

  /** Its timers die with their owner. */
  forget(owner: unknown): void {
    for (const timer of this.#timers) if (timer.owner === owner) this.#timers.delete(timer);
  }

  #earliest(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (!first || timer.at < first.at) first = timer;
    return first;
  }
}
