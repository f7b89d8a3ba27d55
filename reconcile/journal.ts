/** What was done lately and how it was answered: the memory behind `/explain`. Bounded. */
import type { Answer, Request } from "../kube/api.ts";
import type { Outcome } from "./apply/commit.ts";
import type { Steps, Stop } from "./apply/steps.ts";
import { idOf, type Item } from "./item.ts";

export interface Exchange {
  readonly request: Request;
  readonly outcome: Answer["outcome"];
  readonly status: number;
  readonly reason: string;
  readonly message: string;
}

export interface Commit {
  /** ISO time at which it began. */
  readonly at: string;
  readonly exchanges: readonly Exchange[];
  /** Absent while it is under way. */
  outcome?: Outcome;
}

/** A mistake in this program, met while writing: that object waits, everything else goes on. */
function broken(error: unknown): Stop {
  const message = error instanceof Error ? error.message : String(error);
  return { stop: "failed", answer: { outcome: "invalid", status: 0, reason: "InternalError", message } };
}

const KEYS = 2_000, COMMITS = 8;

export class Journal {
  #byKey = new Map<string, Commit[]>();

  /** The last commits of one key, oldest first. */
  of(item: Item): readonly Commit[] {
    return this.#byKey.get(idOf(item)) ?? [];
  }

  /** The same steps, with every exchange written down. */
  *record(item: Item, at: string, steps: Steps<Outcome>): Steps<Outcome> {
    const exchanges: Exchange[] = [], commit: Commit = { at, exchanges };
    this.#add(idOf(item), commit);
    try {
      let next = steps.next([]);
      while (!next.done) {
        const requests = next.value, answers = yield requests;
        for (const [i, request] of requests.entries()) {
          const { outcome, status, reason, message } = answers[i]!;
          exchanges.push({ request, outcome, status, reason, message });
        }
        next = steps.next(answers);
      }
      return commit.outcome = next.value;
    } catch (error) {
      return commit.outcome = { stop: broken(error), phase: undefined };
    }
  }

  #add(id: string, commit: Commit): void {
    const commits = this.#byKey.get(id) ?? [];
    // Re-inserted, so that the key longest unused is the first to go.
    this.#byKey.delete(id);
    this.#byKey.set(id, [...commits, commit].slice(-COMMITS));
    if (this.#byKey.size > KEYS) this.#byKey.delete(this.#byKey.keys().next().value!);
  }
}
