/** Everything that could differ between two runs of the same history. A process passes real ones in, a simulation its own. */
import type { Outcome } from "./apply/commit.ts";
import type { Steps } from "./apply/steps.ts";

export interface Env {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** ISO 8601 time, for conditions and events; nothing is decided by it. */
  wall(): string;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Calls back once after so many milliseconds; the returned function prevents that. */
  after(ms: number, callback: () => void): () => void;
}

/** Carries the steps of one commit through: sends what they yield, feeds the answers back, reports how it ended. */
export type Drive = (steps: Steps<Outcome>, done: (outcome: Outcome) => void) => void;
