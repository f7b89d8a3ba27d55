/** Makes a history that shows a difference as short as it still shows one. */
import type { History } from "./generate.ts";

/**
 * Delta debugging: leaves out ever smaller pieces as long as `differs` holds.
 *
 * @param differs runs a candidate.
 * @see Zeller & Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002
 */
export async function shrink(
  history: History,
  differs: (candidate: History) => Promise<boolean>,
): Promise<History> {
  let best = history;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < best.length;) {
      const candidate = [...best.slice(0, start), ...best.slice(start + size)];
      if (candidate.length > 0 && await differs(candidate)) best = candidate;
      else start += size;
    }
  }
  return best;
}
