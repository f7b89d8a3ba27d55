/** Every namespace says which Subnets and pools serve its pods. */
import { AddressClaim } from "../../crds/address_claim.ts";
import { namespaceKey } from "../../crds/annotations.ts";
import { DEFAULT_SUBNET, DEFAULT_VPC } from "../../crds/defaults.ts";
import { Namespace } from "../../crds/foreign.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { ledger } from "../../crds/projections.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vlan } from "../../crds/vlan.ts";
import { Vpc } from "../../crds/vpc.ts";
import { parseAddress } from "../../ipam/address.ts";
import { refusalByLayout } from "../../ipam/admit.ts";
import { isDeleting, type Key, keyOf } from "../../reconcile/kind.ts";
import { desired, type Plan, wait } from "../../reconcile/plan.ts";
import { controller, on, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { bindingsOf, isSelected } from "./bindings.ts";
import { namespaceAnnotations } from "./annotations.ts";
import { rivalsOf } from "../subnet/overlap.ts";
import { poolsBoundTo } from "../pool/bindings.ts";
import { staysReady } from "../subnet/settled.ts";
import { whyUnbound } from "./unbound.ts";

export default controller("namespace", [
  on(Namespace, reconcile),
  wake(Namespace, Subnet, concernedBy), // whatever makes a Subnet usable or not changes what it says
  wake(Namespace, Vpc, belongingTo),
  wake(Namespace, Vlan, beneath),
  wake(Namespace, IPPool, ({ spec }) => spec.namespaces ?? []),
  wake(Namespace, AddressClaim, deciding), // an address where none may be, or where two Subnets are
]);

export function reconcile(namespace: Namespace, view: View): Plan {
  // No pod can be created there any more.
  if (isDeleting(namespace)) return desired();
  const subnets = bindingsOf(namespace, view);
  if (subnets.length === 0) return unbound(namespace, view);
  const annotations = {
    [namespaceKey("ip_pool")]: null,
    ...namespaceAnnotations(subnets, poolsBoundTo(keyOf(namespace), view)),
  };
  return desired({ annotate: [{ kind: Namespace, object: namespace, annotations }] });
}

/** What it was told before stays; pods do not go by it. */
function unbound(namespace: Namespace, view: View): Plan {
  const { message, until, passing } = whyUnbound(namespace, view);
  const why = { reason: "NoSubnet", message: `NoSubnet: ${message}` };
  return wait(why, [[Namespace, keyOf(namespace)], ...until], { quiet: passing });
}

/** The default Vpc's default is anybody's. */
function* belongingTo(vpc: Vpc, view: View): Iterable<Key> {
  yield* vpc.spec.namespaces ?? [];
  if (keyOf(vpc) === DEFAULT_VPC) { for (const namespace of view.list(Namespace)) yield keyOf(namespace); }
}

/** A Subnet is usable while its Vlan exists. */
function* beneath(vlan: Vlan, view: View): Iterable<Key> {
  for (const subnet of view.referrers(Subnet, Vlan, keyOf(vlan))) yield* served(subnet, view);
}

/** Whom a Subnet's change may concern, also as a rival of theirs: nobody, as long as it was and is Ready. */
function* concernedBy(changed: Subnet, view: View): Iterable<Key> {
  if (staysReady(changed, view)) return;
  for (const subnet of [changed, ...rivalsOf(changed, view)]) yield* served(subnet, view);
}

/** A claim on a gateway or outside of its Subnet's block; or in a Subnet that overlaps others, where claims decide who may be used. */
function* deciding({ spec }: AddressClaim, view: View): Iterable<Key> {
  const subnet = view.get(Subnet, spec.subnet), address = parseAddress(spec.address);
  if (!subnet || address === undefined) return;
  const rivals = rivalsOf(subnet, view), { layout } = view.project(ledger, spec.subnet);
  if (rivals.length === 0 && !refusalByLayout(address, layout)) return;
  for (const each of [subnet, ...rivals]) yield* served(each, view);
}

function* served(changed: Subnet, view: View): Iterable<Key> {
  const { namespaces = [], namespaceSelectors } = changed.spec;
  const vpc = view.get(Vpc, changed.spec.vpc || undefined);
  yield* namespaces;
  if (vpc?.spec.defaultSubnet === keyOf(changed) || changed.spec.default) yield* vpc?.spec.namespaces ?? [];
  const isDefault = changed.spec.default || keyOf(changed) === DEFAULT_SUBNET;
  if (!isDefault && !namespaceSelectors?.length) return;
  for (const namespace of view.list(Namespace)) {
    if (isDefault || isSelected(namespace, changed)) yield keyOf(namespace);
  }
}
