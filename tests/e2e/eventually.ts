/** Waiting with the patience of a busy machine: how long something takes is printed and measured elsewhere, not judged by a time-out. */
import { eventually as within } from "../control_plane/eventually.ts";

const PATIENCE_MS = 60_000;

/**
 * Asks `probe` until it neither throws nor returns `false`, for up to a minute. @returns what it returned.
 *
 * @throws Error saying what was waited for, and what the last attempt said.
 */
export function eventually<T>(description: string, probe: () => Promise<T | false> | T | false): Promise<T> {
  return within(description, probe, { within: PATIENCE_MS });
}
