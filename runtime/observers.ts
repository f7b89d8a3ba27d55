/** Told what happens: logs, metrics and the live table of `dev` are observers. */
import type { Answer } from "../kube/api.ts";
import type { Announcement } from "../reconcile/announce.ts";
import type { Observer as EngineObserver } from "../reconcile/engine.ts";
import type { Kind } from "../reconcile/kind.ts";
import type { Problem } from "./watching.ts";

export interface Observer extends EngineObserver {
  /** An Event is about to be posted. */
  readonly announced?: (announcement: Announcement) => void;
  /** Too many Events wait: one was given up. */
  readonly dropped?: () => void;
  /** A watch began to fail, or is well again. */
  readonly watchTurned?: (kind: Kind, problem: Problem | undefined) => void;
  /** This replica leads from now on, or does not any more. */
  readonly leads?: (leads: boolean) => void;
  readonly leaseFailed?: (answer: Answer) => void;
}

/** Several observers as one. */
export function merged(observers: readonly Observer[]): Required<Observer> {
  return {
    decided: (...told) => observers.forEach((o) => o.decided?.(...told)),
    committed: (...told) => observers.forEach((o) => o.committed?.(...told)),
    threw: (...told) => observers.forEach((o) => o.threw?.(...told)),
    asked: (...told) => observers.forEach((o) => o.asked?.(...told)),
    announced: (...told) => observers.forEach((o) => o.announced?.(...told)),
    dropped: () => observers.forEach((o) => o.dropped?.()),
    watchTurned: (...told) => observers.forEach((o) => o.watchTurned?.(...told)),
    leads: (...told) => observers.forEach((o) => o.leads?.(...told)),
    leaseFailed: (...told) => observers.forEach((o) => o.leaseFailed?.(...told)),
  };
}
