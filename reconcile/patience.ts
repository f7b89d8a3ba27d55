/** Keys that are looked at again by the clock: those that failed rest, others come back when something of theirs is due. */
import { backoffMs, slowBackoffMs } from "./backoff.ts";
import type { Stop } from "./apply/steps.ts";
import type { Env } from "./env.ts";
import { type Item, ItemMap } from "./item.ts";

/** Plans that news may make follow one another without a pause. */
const REPLANS = 5;

export class Patience {
  #env: Pick<Env, "after" | "random">;
  /** In a row. Refusals are counted apart: they say nothing of how long the server was away before. */
  #failures = new ItemMap<{ readonly quick: number; readonly refused: number }>();
  /** Not to be looked at before, whoever wakes them. */
  #resting = new ItemMap<() => void>();
  #due = new ItemMap<() => void>();

  constructor(env: Pick<Env, "after" | "random">) {
    this.#env = env;
  }

  get size(): number {
    return this.#resting.size + this.#due.size;
  }

  isResting(item: Item): boolean {
    return this.#resting.has(item);
  }

  /** It went well, or its object changed: nothing is held against it any more. */
  forgive(item: Item): void {
    this.#failures.delete(item);
    this.#resting.get(item)?.();
    this.#resting.delete(item);
  }

  /** Calls back when the key may be tried again: at once after news, later and later after failures. */
  fail(item: Item, stop: Stop, again: () => void): void {
    const { quick, refused } = this.#failures.get(item) ?? { quick: 0, refused: 0 },
      random = this.#env.random();
    const isRefusal = stop.stop === "failed", failures = (isRefusal ? refused : quick) + 1;
    this.#failures.set(item, isRefusal ? { quick, refused: failures } : { quick: failures, refused });
    if (stop.stop === "replan" && failures <= REPLANS) return again();
    const backoff = isRefusal ? slowBackoffMs : backoffMs;
    const ms = stop.stop === "later" ? stop.ms : backoff({ failures, random });
    this.#resting.set(
      item,
      this.#env.after(ms, () => {
        this.#resting.delete(item);
        again();
      }),
    );
  }

  /** Calls back once after so many milliseconds; while that is pending, further calls change nothing. */
  later(item: Item, ms: number, again: () => void): void {
    if (this.#due.has(item)) return;
    this.#due.set(
      item,
      this.#env.after(ms, () => {
        this.#due.delete(item);
        again();
      }),
    );
  }
}
