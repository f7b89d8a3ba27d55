/** Reads from what `deno test` prints how many tests passed and failed. */

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0 };

/** The last line of a test run: `ok | 12 passed (3 steps) | 0 failed | 1 ignored (84ms)`. */
const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed/gm;

/**
 * The sum over all test runs in `output`.
 *
 * A runner that ends badly without a failed test (a file that does not load, a crash) counts as one failure: a run that could not
 * look must never pass for one that found nothing.
 */
export function tally(output: string, exitCode: number): Tally {
  let { passed, failed } = NOTHING;
  for (const [, p, f] of output.matchAll(SUMMARY)) {
    passed += Number(p);
    failed += Number(f);
  }
  return { passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed };
}

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}
