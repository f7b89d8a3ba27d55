/** How much is asked of a server at once, and when nothing at all. */
import type { Env } from "./env.ts";

/** A number of places, handed out in the order of asking, and none while the server wants to be left alone. */
export class Limiter {
  #env: Env;
  #closed: AbortSignal;
  #free: number;
  #waiting = new Set<() => void>();
  #heldUntil = -Infinity;

  /** @param closed ends a hold at once */
  constructor(env: Env, { places, closed }: { places: number; closed: AbortSignal }) {
    this.#env = env;
    this.#free = places;
    this.#closed = closed;
  }

  /** Whether a place was got, to be given back by {@link leave}; `false` once `signal` is aborted. */
  async enter(signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return false;
    if (this.#free === 0 || this.#waiting.size > 0 || this.#isHeld()) {
      if (!await this.#turn(signal)) return false;
    } else {
      this.#free--;
    }
    return true;
  }

  leave(): void {
    this.#free++;
    this.#admit();
  }

  /** Hands out no place for `ms` milliseconds; of several holds the longest counts. */
  hold(ms: number): void {
    const until = this.#env.now() + ms;
    if (until <= this.#heldUntil) return;
    this.#heldUntil = until;
    this.unheld(this.#closed).then(() => this.#admit());
  }

  /** Resolves when no hold is on, or `signal` is aborted; takes no place. */
  async unheld(signal: AbortSignal): Promise<void> {
    // Again and again: a timer may wake a moment before its time.
    while (this.#isHeld() && !signal.aborted) {
      await this.#env.sleep(this.#heldUntil - this.#env.now(), signal);
    }
  }

  #isHeld(): boolean {
    return this.#env.now() < this.#heldUntil && !this.#closed.aborted;
  }

  #turn(signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (admitted: boolean) => {
        this.#waiting.delete(admit);
        signal?.removeEventListener("abort", abort);
        resolve(admitted);
      };
      const admit = () => settle(true);
      const abort = () => settle(false);
      this.#waiting.add(admit);
      signal?.addEventListener("abort", abort);
    });
  }

  #admit(): void {
    if (this.#isHeld()) return;
    for (const admit of this.#waiting) {
      if (this.#free === 0) return;
      this.#free--;
      admit();
    }
  }
}
