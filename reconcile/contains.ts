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
  return Object.entries(intent).every(([key, value]) =>
    value === undefined ||
    contains(Object.hasOwn(live, key) ? (live as Record<string, unknown>)[key] : undefined, value)
  );
}

/** Above int64 a counter comes back as the nearest float64 (BEHAVIOUR §1.1). */
function sameNumber(live: unknown, intent: bigint | number): boolean {
  return (typeof live === "bigint" || typeof live === "number") && Number(live) === Number(intent);
}
