/**
 * Whether a Subnet has said that it is Ready, of its spec as it stands.
 *
 * Only to leave out what cannot change anything: a Subnet whose counters moved wakes nobody, and a namespace that is annotated
 * later does not take Ready back. What may be done with a Subnet is {@link usable}'s to say.
 */
import { Subnet } from "../../crds/subnet.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { isGuarded } from "../common/guarded.ts";

export function isSettled(subnet: Subnet): boolean {
  const ready = subnet.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" && ready.observedGeneration === (subnet.metadata.generation ?? 0) &&
    isGuarded(subnet) && !isDeleting(subnet);
}

/**
 * Whether one side of a change shows a Subnet that was Ready, and it still is: then only its counters moved.
 *
 * Everything that makes it usable or not ends up in its condition, so nobody misses anything who asks this first.
 */
export function staysReady(changed: Subnet, view: View): boolean {
  const now = view.get(Subnet, keyOf(changed));
  return now !== undefined && isSettled(changed) && isSettled(now);
}
