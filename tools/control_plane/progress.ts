/** Says what is going on while something takes longer than a person likes to wait. */

/** Where progress lines go; nobody has to listen. */
export type Log = (line: string) => void;

/** Progress belongs on standard error: standard output is for the answer. */
export const toStderr: Log = (line) => console.error(`control-plane: ${line}`);

/**
 * Runs `work`; from the second second on it says every ten seconds that it is still at it, and at the end how long it took.
 *
 * @param what what is being done, as "building etcd".
 */
export async function step<T>(what: string, work: () => Promise<T>, { log }: { log: Log }): Promise<T> {
  const started = performance.now();
  const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`;
  let told = false;
  let next = setTimeout(function tell() {
    told = true;
    log(`${what} (${elapsed()})`);
    next = setTimeout(tell, 10_000);
  }, 1_000);
  try {
    const result = await work();
    if (told) log(`${what}: done in ${elapsed()}`);
    return result;
  } finally {
    clearTimeout(next);
  }
}
