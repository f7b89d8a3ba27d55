/** Draws histories one after the other and reports on a line of JSON each: a process of its own, so that two cores can be used. */
import { type Failure, failureOf } from "./failure.ts";
import { draw } from "./history.ts";
import { shrink } from "./shrink.ts";
import { Tally } from "./tally.ts";

/** What a worker is told, as JSON in its only argument. */
export interface Order {
  /** Seeds `from`, `from + stride`, … below `to`. */
  readonly from: number;
  readonly to: number;
  readonly stride: number;
  /** After so many milliseconds no further history begins, unless there were not yet `atLeast` so many. */
  readonly ms?: number | undefined;
  readonly atLeast: number;
  /** After so many failures the next is of little use. */
  readonly failures: number;
  /** Whether failures are made short. */
  readonly shrinks: boolean;
  /** The set-up in which all of them begin. */
  readonly begin?: string | undefined;
}

/** What it reports since its last report. */
export interface Report {
  /** The first seed after those that it has drawn. */
  readonly next: number;
  readonly histories: number;
  readonly actions: number;
  readonly commits: number;
  readonly counts: readonly (readonly [string, number])[];
  readonly failure?: Failure;
}

const EVERY_MS = 1000;

/** @param report called about once a second, at each failure, and at the end. */
export function work(order: Order, report: (report: Report) => void): void {
  const { from, to, stride, ms = Infinity, atLeast } = order, start = performance.now();
  let tally = new Tally(), histories = 0, actions = 0, commits = 0, last = start, next = from;
  const tell = (failure?: Failure) => {
    report({ next, histories, actions, commits, counts: [...tally.counts], ...(failure ? { failure } : {}) });
    tally = new Tally();
    histories = actions = commits = 0;
    last = performance.now();
  };
  let failures = 0;
  const isOver = (seed: number) =>
    failures >= order.failures || performance.now() - start > ms && (seed - from) / stride >= atLeast;
  for (let seed = from; seed < to && !isOver(seed); seed += stride) {
    const result = draw(seed, { begin: order.begin });
    histories++;
    next = seed + 1;
    actions += result.actions.length;
    commits += result.commits;
    tally.add(result.tally.counts);
    if (result.violation) {
      failures++;
      tell(failureOf(order.shrinks ? shrink(result) : result));
    } else if (performance.now() - last > EVERY_MS) tell();
  }
  tell();
}

if (import.meta.main) {
  work(JSON.parse(Deno.args[0]!), (report) => console.log(JSON.stringify(report)));
}
