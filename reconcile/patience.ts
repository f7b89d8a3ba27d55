/** Keys that are looked at again by the clock: those that failed rest, others come back when something of theirs is due. */
import { backoffMs, slowBackoffMs } from "./backoff.ts";
import type { Stop } from "./apply/steps.ts";
import type { Env } from "./env.ts";

/** Plans that news may make follow one another without a pause. */
const REPLANS = 5;

export class Patience {
  #env: Pick<Env, "after" | "random">;
  /** In a row. Refusals are counted apart: they say nothing of how long the server was away before. */
  #failures = new Map<string, { readonly quick: number; readonly refused: number }>();
  /** Not to be looked at before, whoever wakes them. */
  #resting = new Map<string, () => void>();
  #due = new Map<string, () => void>();

  constructor(env: Pick<Env, "after" | "random">) {
    this.#env = env;
  }

  get size(): number {
    return this.#resting.size + this.#due.size;
  }

  isResting(id: string): boolean {
    return this.#resting.has(id);
  }

  /** It went well, or its object changed: nothing is held against it any more. */
  forgive(id: string): void {
    this.#failures.delete(id);
    this.#resting.get(id)?.();
    this.#resting.delete(id);
  }

  /** Calls back when the key may be tried again: at once after news, later and later after failures. */
  fail(id: string, stop: Stop, again: () => void): void {
    const { quick, refused } = this.#failures.get(id) ?? { quick: 0, refused: 0 },
      random = this.#env.random();
    const isRefusal = stop.stop === "failed", failures = (isRefusal ? refused : quick) + 1;
    this.#failures.set(id, isRefusal ? { quick, refused: failures } : { quick: failures, refused });
    if (stop.stop === "replan" && failures <= REPLANS) return again();
    const backoff = isRefusal ? slowBackoffMs : backoffMs;
    const ms = stop.stop === "later" ? stop.ms : backoff({ failures, random });
    this.#resting.set(
      id,
      this.#env.after(ms, () => {
        this.#resting.delete(id);
        again();
      }),
    );
  }

  /** Calls back once after so many milliseconds; while that is pending, further calls change nothing. */
  later(id: string, ms: number, again: () => void): void {
    if (this.#due.has(id)) return;
    this.#due.set(
      id,
      this.#env.after(ms, () => {
        this.#due.delete(id);
        again();
      }),
    );
  }
}
