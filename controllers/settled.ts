/**
 * Whether a Subnet has said that it is Ready, of its spec as it stands.
 *
 * Only to leave out what cannot change anything: a Subnet whose counters moved wakes no namespace, and a namespace that is
 * annotated later does not take Ready back. What may be done with a Subnet is {@link usable}'s to say.
 */
import type { Subnet } from "../crds/subnet.ts";
import { isDeleting } from "../reconcile/kind.ts";
import { isGuarded } from "./guarded.ts";

export function isSettled(subnet: Subnet): boolean {
  const ready = subnet.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" && ready.observedGeneration === (subnet.metadata.generation ?? 0) &&
    isGuarded(subnet) && !isDeleting(subnet);
}
