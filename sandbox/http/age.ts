/** How long ago something was, in kubectl's short form. */

const MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, YEAR = 365 * DAY;

/** From this many seconds on: the two units that are shown; the second one only where it is not zero. */
const UNITS:
  readonly (readonly [from: number, big: readonly [number, string], small?: readonly [number, string]])[] = [
    [8 * YEAR, [YEAR, "y"]],
    [2 * YEAR, [YEAR, "y"], [DAY, "d"]],
    [8 * DAY, [DAY, "d"]],
    [2 * DAY, [DAY, "d"], [HOUR, "h"]],
    [8 * HOUR, [HOUR, "h"]],
    [3 * HOUR, [HOUR, "h"], [MINUTE, "m"]],
    [10 * MINUTE, [MINUTE, "m"]],
    [2 * MINUTE, [MINUTE, "m"], [1, "s"]],
  ];

/** @param since and @param now in ISO 8601. @returns such as `45s`, `3m20s`, `5d`; `<invalid>` for what cannot be read or is to come. */
export function age(since: string, now: string): string {
  const seconds = Math.floor((Date.parse(now) - Date.parse(since)) / 1000);
  if (!(seconds >= -1)) return "<invalid>";
  const row = UNITS.find(([from]) => seconds >= from);
  if (!row) return `${Math.max(seconds, 0)}s`;
  const [, [big, letter], small] = row;
  const rest = small ? Math.floor((seconds % big) / small[0]) : 0;
  return `${Math.floor(seconds / big)}${letter}${rest > 0 ? `${rest}${small![1]}` : ""}`;
}
