/** Deep equality of JSON values; shared parts are equal at a glance. */
import type { Json } from "../../kube/api.ts";

export function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return sameNumber(a, b);
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  let keys = 0;
  for (const key in a) {
    if (a[key] === undefined) continue;
    if (b[key] === undefined || !equal(a[key], b[key])) return false;
    keys++;
  }
  for (const key in b) if (b[key] !== undefined) keys--;
  return keys === 0;
}

/** Big integers come as bigint from the wire, small ones as number. */
function sameNumber(a: Json, b: Json): boolean {
  return typeof a !== typeof b && (typeof a === "bigint" || typeof b === "bigint") && a == b;
}
