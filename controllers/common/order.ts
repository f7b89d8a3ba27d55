/** An order that every replica sees alike. */
import type { Obj } from "../../reconcile/kind.ts";

/** Oldest first; of two of one second the one whose name comes first. */
export function byAge(a: Obj, b: Obj): number {
  const [x, y] = [a.metadata.creationTimestamp ?? "", b.metadata.creationTimestamp ?? ""];
  return compare(x, y) || compare(a.metadata.name, b.metadata.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
