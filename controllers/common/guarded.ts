/** Our finalizer, in today's or in its former spelling. */
import { FINALIZER, OLD_FINALIZER } from "../../crds/labels.ts";
import type { Obj } from "../../reconcile/kind.ts";

/** Whether an object cannot go without us. It says nothing of whether anything may be built on it: ask the view for that. */
export function isGuarded({ metadata }: Obj): boolean {
  return metadata.finalizers?.some((f) => f === FINALIZER || f === OLD_FINALIZER) ?? false;
}
