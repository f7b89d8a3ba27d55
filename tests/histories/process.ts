/** One commit of a replica under way: a paused sequence of steps with requests to be sent and answers to be given back. */
import type { Answer, Request } from "../../kube/api.ts";
import type { Outcome } from "../../reconcile/apply/commit.ts";
import type { Steps } from "../../reconcile/apply/steps.ts";

/** A request, and its answer once there is one. */
export interface Slot {
  readonly request: Request;
  answer?: Answer;
}

export class Process {
  slots: readonly Slot[] = [];
  #steps: Steps<Outcome>;
  #done: (outcome: Outcome) => void;

  /** @param item `Kind key` of the subject; no two processes of a replica have the same. */
  constructor(public item: string, steps: Steps<Outcome>, done: (outcome: Outcome) => void) {
    this.#steps = steps;
    this.#done = done;
  }

  /** What waits to be sent. */
  get unsent(): readonly Slot[] {
    return this.slots.filter((slot) => !slot.answer);
  }

  get isAnswered(): boolean {
    return this.slots.every((slot) => slot.answer);
  }

  /** Gives the answers back. Returns whether the sequence goes on. */
  resume(): boolean {
    const next = this.#steps.next(this.slots.map((slot) => slot.answer!));
    if (next.done) {
      this.#done(next.value);
      return false;
    }
    this.slots = next.value.map((request) => ({ request }));
    return true;
  }
}
