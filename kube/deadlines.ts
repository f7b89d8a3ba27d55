/** Gives up on what takes too long, and on everything at the end. */
import type { Env } from "./env.ts";

/** How often is looked; a deadline is missed by no more. */
const LOOK_MS = 1000;

/** One timer for everything that runs: a timer per request would cost more than the request's bookkeeping. */
export class Deadlines {
  #env: Env;
  #closed: AbortSignal;
  #running = new Map<AbortController, number>();
  #looking = false;

  /** @param closed aborts everything */
  constructor(env: Env, closed: AbortSignal) {
    this.#env = env;
    this.#closed = closed;
  }

  /** Aborts `controller` in `ms` milliseconds, unless it is {@link finish}ed before. */
  start(controller: AbortController, ms: number): void {
    this.#running.set(controller, this.#env.now() + ms);
    if (!this.#looking) this.#look();
  }

  finish(controller: AbortController): void {
    this.#running.delete(controller);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#running.size > 0) {
      await this.#env.sleep(LOOK_MS, this.#closed);
      const now = this.#closed.aborted ? Infinity : this.#env.now();
      for (const [controller, until] of this.#running) {
        if (until > now) continue;
        this.#running.delete(controller);
        controller.abort(new Error(this.#closed.aborted ? "the connection was closed" : "no answer in time"));
      }
    }
    this.#looking = false;
  }
}
