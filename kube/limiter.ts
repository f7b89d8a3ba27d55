/** How much is asked of a server at once, and when nothing at all. */
import type { Env } from "./env.ts";

/** Rounds without a refusal that it takes to gain a place where the server has refused before. */
const CAUTION = 16;

/**
 * A number of places, handed out in the order of asking, and none while the server wants to be left alone.
 *
 * After that it begins with one place, as TCP does after a loss: whoever waited asks at the same moment, and a server that is pushed
 * back to would refuse nearly all of them again.
 */
export class Limiter {
  #env: Env;
  #closed: AbortSignal;
  #places: number;
  /** Places that may be taken at present, and up to which number that grows quickly. */
  #window: number;
  #known: number;
  #taken = 0;
  #waiting = new Set<() => void>();
  #heldUntil = -Infinity;

  /** @param closed ends a hold at once */
  constructor(env: Env, { places, closed }: { places: number; closed: AbortSignal }) {
    this.#env = env;
    this.#places = this.#window = this.#known = places;
    this.#closed = closed;
  }

  /** Whether a place was got, to be given back by {@link leave}; `false` once `signal` is aborted. */
  async enter(signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return false;
    if (this.#isFull() || this.#waiting.size > 0 || this.#isHeld()) return await this.#turn(signal);
    this.#taken++;
    return true;
  }

  leave(): void {
    this.#taken--;
    if (!this.#isHeld()) this.#grow();
    this.#admit();
  }

  /** Hands out no place for `ms` milliseconds; of several holds the longest counts. */
  hold(ms: number): void {
    const until = this.#env.now() + ms;
    if (until <= this.#heldUntil) return;
    if (!this.#isHeld()) this.#shrink();
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

  #shrink(): void {
    this.#known = Math.max(1, this.#window / 2);
    this.#window = 1;
  }

  #grow(): void {
    const gain = this.#window < this.#known ? 1 : 1 / (CAUTION * this.#window);
    this.#window = Math.min(this.#places, this.#window + gain);
  }

  #isFull(): boolean {
    return this.#taken >= Math.floor(this.#window);
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
      if (this.#isFull()) return;
      this.#taken++;
      admit();
    }
  }
}
