/** A clock that only the test moves. */
import type { Env } from "../../kube/env.ts";

interface Sleeper {
  readonly at: number;
  wake(): void;
}

export class ManualEnv implements Env {
  #now = 0;
  #sleepers = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0.5;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper = {
        at: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener("abort", sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", sleeper.wake);
    });
  }

  /** Moves the clock, waking who sleeps at the right moment and letting everything run that follows from it. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    for (;;) {
      const [next] = [...this.#sleepers].sort((a, b) => a.at - b.at);
      if (!next || next.at > until) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await settled();
    }
    this.#now = until;
  }

  /** Moves the clock while nobody can do anything: a stopped process. */
  freeze(ms: number): void {
    this.#now += ms;
  }
}

/** Resolves when all promises that can go on have gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
