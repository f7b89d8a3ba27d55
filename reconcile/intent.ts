/** Whether a change is one that others may have waited for. */
import { contains } from "./contains.ts";
import type { Condition, Kind, Obj } from "./kind.ts";

/**
 * That it is there, what it asks for, that it is going. A status of ours is none of these; of other kinds it is, since that is
 * where a Pod says that it finished.
 */
export function intentChanged(kind: Kind, before: Obj | undefined, after: Obj | undefined): boolean {
  if (!before || !after || before.metadata.uid !== after.metadata.uid) return true;
  const a = before.metadata, b = after.metadata;
  if (a.deletionTimestamp !== b.deletionTimestamp) return true;
  if (!same(a.finalizers, b.finalizers) || !same(a.annotations, b.annotations) || !same(a.labels, b.labels)) {
    return true;
  }
  if (!kind.inlineStatus && a.generation !== undefined && b.generation !== undefined) {
    if (a.generation !== b.generation) return true;
  } else if (!same(content(before), content(after))) return true;
  return !kind.ours && !same(before.status, after.status);
}

/** Most kinds have a `spec`, others their data beside it. */
const content = ({ metadata: _, status: __, ...rest }: Obj): unknown => rest;

/** Whether an object of ours offers something else in its status: whoever builds on it looks again, as after a change of intent. */
export function offerChanged({ offers }: Kind, before: Obj | undefined, after: Obj | undefined): boolean {
  const offered = (object: Obj | undefined, field: string) =>
    (object?.status as Readonly<Record<string, unknown>> | undefined)?.[field];
  return offers.some((field) => !same(offered(before, field), offered(after, field)));
}

/** Whether an object of ours says something else of itself: whoever waits for it may have to say so too. */
export function verdictChanged(before: Obj | undefined, after: Obj | undefined): boolean {
  const reasons = (object: Obj | undefined) =>
    (object?.status as { conditions?: readonly Condition[] } | undefined)?.conditions
      ?.map((c) => `${c.type} ${c.status} ${c.reason}`).join("\n") ?? "";
  return reasons(before) !== reasons(after);
}

const same = (a: unknown, b: unknown): boolean => a === b || (contains(a, b) && contains(b, a));
