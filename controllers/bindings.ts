/** Which Subnets serve a namespace: the one function behind its annotations and behind the choice for its pods. */
import { DEFAULT_SUBNET, DEFAULT_VPC } from "../crds/defaults.ts";
import { Namespace } from "../crds/foreign.ts";
import { ANY, bindings, vpcsOf } from "../crds/projections.ts";
import { isOvn, vpcOf } from "../crds/relations.ts";
import { Subnet } from "../crds/subnet.ts";
import { Vpc } from "../crds/vpc.ts";
import { keyOf } from "../reconcile/kind.ts";
import type { View } from "../reconcile/view.ts";
import { byAge } from "./overlap.ts";
import { selects } from "./selector.ts";
import { usable } from "./usable.ts";

/**
 * In the order in which they are tried: the default Subnet of the namespace's Vpc, those that name or select the namespace by
 * age, and where there are none the cluster's default. Unusable ones are left out, so one orphan harms nobody (F3).
 *
 * @see BEHAVIOUR §4.3
 */
export function bindingsOf(namespace: Namespace, view: View): readonly Subnet[] {
  const named = [...namedBy(namespace, view)].filter((subnet) => serves(subnet, namespace, view)).sort(byAge);
  const first = vpcDefault(namespace, view);
  const bound = first ? [first, ...named.filter((s) => s.metadata.uid !== first.metadata.uid)] : named;
  if (bound.length > 0) return bound;
  const fallback = view.get(Subnet, DEFAULT_SUBNET);
  return fallback && usable(fallback, view).ok ? [fallback] : [];
}

/** Whether a Subnet names or selects the namespace, usable or not. */
export function isBoundTo(subnet: Subnet, namespace: Namespace): boolean {
  const { namespaces, namespaceSelectors } = subnet.spec, { name, labels } = namespace.metadata;
  return (namespaces?.includes(name) ?? false) ||
    (namespaceSelectors?.some((s) => selects(s, labels)) ?? false);
}

/** The Vpc that lists the namespace, where it is not the default one. */
export function allows(subnet: Subnet, namespace: string, view: View): boolean {
  const name = vpcOf(subnet);
  if (name === undefined || name === DEFAULT_VPC) return true;
  return view.get(Vpc, name)?.spec.namespaces?.includes(namespace) ?? false;
}

function* namedBy(namespace: Namespace, view: View): Iterable<Subnet> {
  const named = view.project(bindings, namespace.metadata.name);
  yield* named.values();
  for (const [key, subnet] of view.project(bindings, ANY)) {
    if (!named.has(key) && isBoundTo(subnet, namespace)) yield subnet;
  }
}

function serves(subnet: Subnet, namespace: Namespace, view: View): boolean {
  return isOvn(subnet.spec.provider) && allows(subnet, namespace.metadata.name, view) &&
    usable(subnet, view).ok;
}

/** kube-system is never moved into a custom Vpc. */
function vpcDefault(namespace: Namespace, view: View): Subnet | undefined {
  const { name } = namespace.metadata;
  if (name === "kube-system") return undefined;
  const vpcs = [...view.project(vpcsOf, name).values()].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
  for (const vpc of vpcs) {
    const subnet = vpc.spec.defaultSubnet ? view.get(Subnet, vpc.spec.defaultSubnet) : ownDefault(vpc, view);
    if (subnet && vpcOf(subnet) === keyOf(vpc) && serves(subnet, namespace, view)) return subnet;
  }
}

const ownDefault = (vpc: Vpc, view: View): Subnet | undefined =>
  view.referrers(Subnet, Vpc, keyOf(vpc)).find((subnet) => subnet.spec.default);
