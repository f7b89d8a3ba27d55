/** How long to leave a key alone after it failed. */

export interface BackoffOptions {
  readonly failures: number;
  /** From 0 up to 1; spreads keys that failed together. */
  readonly random: number;
}

/** 50 ms, doubling up to 30 s, each between half and the whole of it. */
export function backoffMs({ failures, random }: BackoffOptions): number {
  const whole = Math.min(50 * 2 ** Math.min(failures, 20), 30_000);
  return whole * (0.5 + random / 2);
}

/** 5 s, doubling up to 5 min: for what only a change of the input or of permissions can mend. */
export function slowBackoffMs({ failures, random }: BackoffOptions): number {
  const whole = Math.min(5_000 * 2 ** Math.min(failures, 10), 300_000);
  return whole * (0.5 + random / 2);
}
