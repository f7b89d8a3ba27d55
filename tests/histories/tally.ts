/** How often each fault took effect: one that never did was not tested. */

export const FAULTS = [
  "read lost",
  "read unsent",
  "read throttled",
  "read broken",
  "read unavailable",
  "read denied",
  "write lost",
  "write unsent",
  "write conflict",
  "write throttled",
  "write broken",
  "write unavailable",
  "write denied",
  "answer lost after the write",
  "read timeout",
  "write timeout",
  "late write",
  "duplicate event",
  "relist over a gap",
  "cache distrusted",
  "watch frozen",
  "crash",
  "crash with a write under way",
  "hand-over",
  "two leaders",
] as const;
export type Fault = typeof FAULTS[number];

export class Tally {
  readonly counts = new Map<string, number>();

  count(name: string, times = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }

  add(other: Iterable<readonly [string, number]>): void {
    for (const [name, times] of other) this.count(name, times);
  }

  /** The faults that never took effect. */
  get missing(): readonly Fault[] {
    return FAULTS.filter((fault) => !this.counts.has(fault));
  }
}
