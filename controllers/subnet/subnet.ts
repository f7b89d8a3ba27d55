/** Subnets: completed, judged, held, counted. An invalid or orphaned one says why and harms nobody else. */
import { Namespace } from "../../crds/foreign.ts";
import { ANY, bindings, ledger } from "../../crds/projections.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { isDeleting, type Key, keyOf } from "../../reconcile/kind.ts";
import { desired, type Plan, wait } from "../../reconcile/plan.ts";
import { controller, on, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { rivalsOf } from "./overlap.ts";
import { isSettled, staysReady } from "./settled.ts";
import { inOrder, inTrouble } from "./conditions.ts";
import { formatEntries } from "./format.ts";
import { ownAddresses } from "./own.ts";
import { counters } from "./statistics.ts";
import { obstacleTo, type Unusable } from "./usable.ts";

export default controller("subnet", [
  on(Subnet, reconcile, { census: true }), // its Vpc and its claims wake it by their relations
  wake(Subnet, Subnet, overlapping),
  wake(Subnet, Namespace, pendingFor),
  wake(Subnet, Vpc, namingNamespacesOf),
]);

export function reconcile(subnet: Subnet, view: View): Plan {
  if (isDeleting(subnet)) return going(subnet, view);
  const obstacle = obstacleTo(subnet, view);
  if (obstacle) return halted(subnet, obstacle, view);
  const apply = formatEntries(subnet);
  // The framework formats, guards and counts it first; nothing is said before that.
  if (!view.established(Subnet, subnet)) return desired({ apply });
  const own = ownAddresses(subnet, view);
  return desired({
    ...own,
    apply,
    conditions: { ...inOrder(subnet, view), ...own.conditions },
    ...counting(subnet, view),
  });
}

/** Addresses in use are still counted. */
function going(subnet: Subnet, view: View): Plan {
  const message = "it is being deleted and gives out no address";
  return wait({ reason: "SubnetDeleting", message }, [[Subnet, keyOf(subnet)]], counting(subnet, view));
}

/** Whoever has an address keeps it. */
function halted(subnet: Subnet, obstacle: Unusable, view: View): Plan {
  return wait(obstacle, obstacle.until, {
    conditions: inTrouble(obstacle),
    guard: obstacle.letGo ? "drop" : "keep",
    quiet: obstacle.passing === true,
    ...counting(subnet, view),
  });
}

/** While the spec cannot be read there is nothing to count, and what was counted last stays. */
function counting(subnet: Subnet, view: View) {
  const space = view.project(ledger, keyOf(subnet));
  return space.layout || !subnet.spec.cidrBlock ? { counters: () => counters(space) } : {};
}

/** Whoever waits for this one to let go, or must look whether it does. */
function overlapping(changed: Subnet, view: View): readonly Key[] {
  return staysReady(changed, view) ? [] : rivalsOf(changed, view).map(keyOf);
}

/** Subnets that are not Ready before this namespace was told. */
function* pendingFor(namespace: Namespace, view: View): Iterable<Key> {
  for (const key of [keyOf(namespace), ANY]) {
    for (const subnet of view.project(bindings, key).values()) if (!isSettled(subnet)) yield keyOf(subnet);
  }
}

/** A namespace belongs to one Vpc: that another one lists it as well decides who may serve it. */
function* namingNamespacesOf({ spec }: Vpc, view: View): Iterable<Key> {
  for (const namespace of spec.namespaces ?? []) yield* view.project(bindings, namespace).keys();
}
