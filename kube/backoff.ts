/** How long to wait before trying again. */

export interface BackoffOptions {
  /** Wait after the first failure, in milliseconds. */
  readonly baseMs: number;
  /** No wait is longer. */
  readonly maxMs: number;
  /** In [0, 1): spreads replicas that failed together over the upper half of the wait. */
  readonly random: number;
}

/**
 * Doubles with every failure in a row, with jitter.
 *
 * @param failures at least 1
 * @returns milliseconds
 */
export function backoff(failures: number, { baseMs, maxMs, random }: BackoffOptions): number {
  const whole = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return whole * (0.5 + random / 2);
}
