/** Does what there is to do in short slices, so that everything else gets its turn in between. */
import type { RuntimeEnv } from "./env.ts";

/** Does a little. Returns false when there is nothing to do. */
export type Work = () => boolean;

/** How long a slice may take, in milliseconds; one piece of work that was begun is finished. */
const SLICE_MS = 10;

export class Pump {
  #env: Pick<RuntimeEnv, "now" | "defer">;
  #work: readonly Work[];
  #waiting = false;

  /** @param work the first that has something to do is asked first, again and again */
  constructor(env: Pick<RuntimeEnv, "now" | "defer">, work: readonly Work[]) {
    this.#env = env;
    this.#work = work;
  }

  /** There may be something to do. Cheap, and of no consequence while it waits for its turn. */
  wake(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#env.defer(() => this.#turn());
  }

  #turn(): void {
    this.#waiting = false;
    const until = this.#env.now() + SLICE_MS;
    let worked: boolean;
    do worked = this.#work.some((work) => work()); while (worked && this.#env.now() < until);
    if (worked) this.wake();
  }
}
