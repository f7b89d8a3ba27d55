/**
 * Waiting for what other processes do, with a failure that tells what was seen last; with the patience of a busy machine: how long
 * something takes is measured elsewhere, not judged by a time-out.
 */

export interface EventuallyOptions {
  /** Milliseconds. @default 300_000 */
  readonly within?: number;
}

const PAUSE = 50;

/**
 * Asks `probe` until it holds and returns what it returned. It holds when it neither throws nor returns `false`,
 * so assertions may stand in it.
 *
 * @param description what is waited for, as "pod web-0 is allocated".
 * @throws Error saying what was waited for, how long, and what the last attempt said.
 */
export async function eventually<T>(
  description: string,
  probe: () => Promise<T | false> | T | false,
  { within = 300_000 }: EventuallyOptions = {},
): Promise<T> {
  const deadline = performance.now() + within;
  while (true) {
    let seen: string;
    try {
      const value = await probe();
      if (value !== false) return value;
      seen = "the probe returned false";
    } catch (error) {
      seen = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${within / 1000} s: ${description}\nlast seen: ${seen}`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
