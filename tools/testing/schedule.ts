/** Runs stages a few at a time, those which wait for another one after that. */
import type { Result, Stage } from "./stage.ts";
import { add, NOTHING, type Tally } from "./tally.ts";

export interface ScheduleOptions {
  /** How many places there are. */
  readonly width: number;
  readonly run: (stage: Stage) => Promise<Result>;
  readonly started?: (stage: Stage) => void;
  readonly ended?: (stage: Stage, result: Result) => void;
}

/**
 * Starts stages in the order of the list whenever there is room for them and what they come after has succeeded;
 * one that needs more room is overtaken meanwhile. A stage whose predecessor failed is not run and counts as one failure.
 *
 * @returns the sum of all results.
 * @throws Error when a stage could never start.
 */
export async function schedule(stages: readonly Stage[], options: ScheduleOptions): Promise<Tally> {
  const { width, run, started, ended } = options;
  const outcome = new Map<string, boolean>();
  const waiting = [...stages];
  const running = new Set<Promise<void>>();
  let free = width;
  let total = NOTHING;

  const finish = (stage: Stage, result: Result) => {
    outcome.set(stage.name, result.failed === 0);
    total = add(total, result);
    ended?.(stage, result);
  };
  const start = (stage: Stage) => {
    const { places = 1 } = stage;
    free -= places;
    started?.(stage);
    const done = run(stage).then((result) => {
      running.delete(done);
      free += places;
      finish(stage, result);
    });
    running.add(done);
  };

  for (const [index, { name, after, places = 1 }] of stages.entries()) {
    if (places > width) throw new Error(`stage ${name} needs ${places} places, and there are ${width}`);
    if (after !== undefined && !stages.slice(0, index).some((earlier) => earlier.name === after)) {
      throw new Error(`stage ${name} comes after ${after}, which is not in the list before it`);
    }
  }
  while (waiting.length > 0 || running.size > 0) {
    for (const stage of [...waiting]) {
      if (!stage.after || outcome.get(stage.after) !== false) continue;
      waiting.splice(waiting.indexOf(stage), 1);
      finish(stage, { passed: 0, failed: 1, seconds: 0, output: `not run, because ${stage.after} failed` });
    }
    const ready = waiting.findIndex(({ after, places = 1 }) =>
      places <= free && (!after || outcome.get(after) === true)
    );
    if (ready >= 0) start(...waiting.splice(ready, 1) as [Stage]);
    else if (running.size > 0) await Promise.race(running);
  }
  return total;
}
