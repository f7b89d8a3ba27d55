/** What of a failed stage's output says why it failed. */

/** From here on `deno test` prints the errors, after everything that went well. */
const ERRORS = /^ ERRORS $/m;
const FAILURES = /^ FAILURES $\n\n((?:.+\n)+)/m;
/** Enough for the end of a runner that broke without a word on any test. */
const LAST = 60;

/** The errors of a test run, or the last lines of whatever else it was. */
export function why(output: string): string {
  const start = output.search(ERRORS);
  return (start < 0 ? output.trimEnd().split("\n").slice(-LAST).join("\n") : output.slice(start)).trim();
}

/** The tests that failed, one each. */
export function failedTests(output: string): readonly string[] {
  return FAILURES.exec(output)?.[1]?.trimEnd().split("\n") ?? [];
}
