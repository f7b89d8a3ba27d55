/** Looks for differences between the sandbox and a real API server: many short random histories on both. */
import { compare, type Difference, type Pair } from "./compare.ts";
import { generate } from "./generate.ts";
import { describe, signature } from "./report.ts";
import { shrink } from "./shrink.ts";

export interface ExploreOptions {
  /** How many operations; rounded up to whole histories. */
  readonly operations: number;
  /** Of the first history; the next one has the next seed. */
  readonly seed: number;
  /** Gets every report as soon as it is there. */
  readonly log: (text: string) => void;
}

/** Long enough for objects to come, change and go a few times. */
export const LENGTH = 40;
/** Histories at a time, so that what the watches said of them need not all be kept. */
const BATCH = 50;
/** A difference of a kind already reported this often is only counted. */
const REPORTS_PER_KIND = 1;

/** @returns how many histories showed a difference, each kind of it reported once, shrunk and with its seed. */
export async function explore(pair: Pair, { operations, seed, log }: ExploreOptions): Promise<number> {
  const total = Math.ceil(operations / LENGTH);
  const kinds = new Map<string, number>();
  let found = 0;
  for (let done = 0; done < total; done += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, total - done) }, (_, index) => seed + done + index);
    for (const [index, difference] of await compare(pair, seeds.map((seed) => generate(seed, LENGTH)))) {
      found++;
      const kind = signature(difference);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if ((kinds.get(kind) ?? 0) > REPORTS_PER_KIND) continue;
      log(describe(await shrunk(pair, difference), seeds[index] as number));
    }
  }
  for (const [kind, count] of [...kinds].sort(([, a], [, b]) => b - a)) log(`${count} × ${kind}`);
  return found;
}

/** The shortest history found that still shows a difference of the same kind, and that difference. */
async function shrunk(pair: Pair, difference: Difference): Promise<Difference> {
  let best = difference;
  await shrink(difference.history, async (candidate) => {
    const [other] = (await compare(pair, [candidate])).values();
    if (!other || signature(other) !== signature(difference)) return false;
    best = other;
    return true;
  });
  return best;
}
