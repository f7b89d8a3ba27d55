/** What stands in the way of an object, as data. */
import type { Trigger } from "../../reconcile/plan.ts";

export interface Obstacle {
  readonly ok: false;
  /** Names the field, and the remedy. */
  readonly message: string;
  /** What may end it, beside an edit of the object itself. */
  readonly until: readonly Trigger[];
  /** A step on the way that ends by itself. */
  readonly passing?: boolean;
}

/** Something about that field, and what its author can do. */
export function obstacle(field: string, message: string, until: readonly Trigger[] = []): Obstacle {
  return { ok: false, message: `${field}: ${message}`, until };
}
