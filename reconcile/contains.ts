/** Whether a live object already shows what is intended. */

/** Every leaf of `intent` is in `live` with that value; lists are compared whole. Numbers are equal as the API server rounds them. */
export function contains(live: unknown, intent: unknown): boolean {
  if (Object.is(intent, live)) return true;
  if (typeof intent === "bigint" || typeof intent === "number") return sameNumber(live, intent);
  if (typeof intent !== "object" || intent === null || typeof live !== "object" || live === null) {
    return false;
  }
  if (Array.isArray(intent)) {
    return Array.isArray(live) && intent.length === live.length &&
      intent.every((x, i) => contains(live[i], x));
  }
  for (const key in intent) {
    const value = (intent as Record<string, unknown>)[key];
    if (value === undefined) continue;
    const shown = Object.hasOwn(live, key) ? (live as Record<string, unknown>)[key] : undefined;
    if (!contains(shown, value)) return false;
  }
  return true;
}

/** Above int64 a counter comes back as the nearest float64. */
function sameNumber(live: unknown, intent: bigint | number): boolean {
  return (typeof live === "bigint" || typeof live === "number") && Number(live) === Number(intent);
}
