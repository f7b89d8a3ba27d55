/** A clock that stands still until it is moved; everything else happens at once. */
import { setImmediate } from "node:timers";
import type { RuntimeEnv } from "../../runtime/env.ts";

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

export class ManualEnv implements RuntimeEnv {
  #now = 0;
  #timers = new Set<Timer>();

  now = (): number => this.#now;
  wall = (): string => `${new Date(this.#now).toISOString().slice(0, 19)}Z`;
  random = (): number => 0;
  defer = (callback: () => void): void => void setImmediate(callback);

  after = (ms: number, ring: () => void): () => void => {
    const timer = { at: this.#now + ms, ring };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = this.after(ms, resolve);
      signal?.addEventListener("abort", () => (cancel(), resolve()), { once: true });
    });

  /** Moves the clock from timer to timer, and lets everything happen that each of them sets off. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.quiet();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.at;
      this.#timers.delete(next);
      next.ring();
      await this.quiet();
    }
    this.#now = end;
  }

  /** Lets everything happen that waits for no clock. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
