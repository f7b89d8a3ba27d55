/**
 * Kinds that are asked instead of watched: of them the API server answers what is created, and keeps nothing.
 *
 * # Expected flow
 * 1. A handler finds no answer in the view and returns a wait that names it. That is the question.
 * 2. It is sent. Its answer is in the store like an object that was observed, which wakes whoever waits for it.
 * 3. When it has counted for as long as its kind says it is taken out. That wakes who waited on, and who needs it still asks again.
 *
 * # Guarantees
 * One question of a key at a time is under way. An answer is never older than its kind allows, counted from before it was asked for.
 * There are never more than {@link MOST}: who comes then has its turn when one of them ends.
 *
 * # Errors
 * A refusal, a lost line or an answer that came too late is no answer. It says so in its stead, as {@link Unanswered}, until it is
 * time to try again: later and later while it goes on.
 */
import type { Answer, Request } from "../kube/api.ts";
import type { Outcome } from "./apply/commit.ts";
import type { Steps } from "./apply/steps.ts";
import { backoffMs, slowBackoffMs } from "./backoff.ts";
import type { Drive, Env } from "./env.ts";
import { idOf, type Item } from "./item.ts";
import type { Asked, Kind } from "./kind.ts";
import type { Rules } from "./rules.ts";
import type { Store } from "./store.ts";

/** Stands in the status where there is no answer, and why. */
export interface Unanswered {
  readonly unanswered: string;
}

/** How many are under way or answered at most. */
export const MOST = 2_000;

export interface QuestionsOptions {
  readonly rules: Pick<Rules, "operator">;
  readonly env: Env;
  readonly drive: Drive;
  readonly observe?: { readonly asked?: (item: Item) => void };
}

export class Questions {
  #store: Store;
  #o: QuestionsOptions;
  /** Under way or answered. */
  #open = new Set<string>();
  #underWay = 0;
  /** They came when there were too many. */
  #later = new Map<string, Item>();
  /** In a row, of each that is not answered. */
  #failures = new Map<string, number>();

  /** @param store takes the answers in */
  constructor(store: Store, options: QuestionsOptions) {
    this.#store = store;
    this.#o = options;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Where a wait names it; of no consequence while it is asked or answered. */
  ask(item: Item): void {
    const { asked } = item.kind, id = idOf(item);
    if (!asked || this.#open.has(id)) return;
    if (this.#open.size >= MOST) return void this.#later.set(id, item);
    this.#later.delete(id);
    this.#open.add(id);
    this.#underWay++;
    this.#o.observe?.asked?.(item);
    this.#o.drive(this.#steps(item, asked), () => this.#underWay--);
  }

  *#steps(item: Item, { spec, lastsMs }: Asked): Steps<Outcome> {
    const { env, rules } = this.#o, { kind, key } = item, { apiVersion } = kind;
    const until = env.now() + lastsMs;
    const manager = `${rules.operator}/questions`;
    const body = { apiVersion, kind: kind.kind, metadata: {}, spec: spec(key) };
    const [answer] = yield [{ verb: "create", resource: kind, body, manager }];
    const left = until - env.now();
    if (answer!.outcome === "ok" && left > 0) this.#learn(item, answer!.object?.status, left);
    else this.#unanswered(item, answer!);
    return { stop: undefined, phase: undefined };
  }

  #unanswered(item: Item, answer: Answer): void {
    const { outcome, status, message, retryAfterMs = 0 } = answer, id = idOf(item);
    const failures = (this.#failures.get(id) ?? 0) + 1, random = this.#o.env.random();
    const isRefusal = outcome === "denied" || outcome === "invalid";
    const unanswered = outcome === "ok" ? "the answer came too late" : `${status || "no answer"} ${message}`;
    const ms = (isRefusal ? slowBackoffMs : backoffMs)({ failures, random });
    this.#learn(item, { unanswered: unanswered.trim() } satisfies Unanswered, Math.max(ms, retryAfterMs));
    this.#failures.set(id, failures);
    if (this.#failures.size > MOST) this.#failures.delete(this.#failures.keys().next().value!);
  }

  #learn(item: Item, status: unknown, ms: number): void {
    const { kind, key } = item, { apiVersion } = kind;
    // Nobody else keeps it: the key is all there is to know it by.
    const metadata = { name: key, uid: key, resourceVersion: "0" };
    const object = { apiVersion, kind: kind.kind, metadata, status };
    this.#failures.delete(idOf(item));
    this.#store.observe(kind, object);
    this.#o.env.after(ms, () => {
      this.#open.delete(idOf(item));
      this.#store.observeGone(kind, object);
      const [next] = this.#later.values();
      if (next) this.ask(next);
    });
  }
}

/** It is sent like a write, and changes nothing. */
export const isQuestion = ({ resource }: Request): boolean => (resource as Kind).asked !== undefined;
