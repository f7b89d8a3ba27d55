/**
 * Which Subnets serve a namespace: the one function behind its annotations and behind the choice for its pods. In this order:
 *
 * 1. the `defaultSubnet` of the custom Vpc that it belongs to;
 * 2. those that name it or select its labels, oldest first; those of a custom Vpc only if it belongs to that Vpc;
 * 3. if none of these can be used: the first usable default, of its custom Vpc or of the cluster.
 *
 * Those that cannot be used are passed over, so one orphan harms nobody (F3); they say themselves why.
 */
import { DEFAULT_SUBNET, DEFAULT_VPC } from "../../crds/defaults.ts";
import { Namespace } from "../../crds/foreign.ts";
import { ANY, bindings, vpcsOf } from "../../crds/projections.ts";
import { isOvn, vpcOf } from "../../crds/relations.ts";
import { hasBlock, Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { type Key, keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { byAge } from "../common/order.ts";
import { selects } from "./selector.ts";
import { isComing, isInService } from "../subnet/usable.ts";

/** Never moved into a custom Vpc. */
const NEVER_BY_VPC = "kube-system";

/** The Subnets in service for a namespace, best first; empty while there is none. */
export function bindingsOf(namespace: Namespace, view: View): readonly Subnet[] {
  const canServe = (subnet: Subnet) => isInService(subnet, view);
  const bound = boundTo(namespace, view).filter(canServe);
  if (bound.length > 0) return bound;
  for (const subnet of defaultsFor(namespace, view)) if (canServe(subnet)) return [subnet];
  return [];
}

/**
 * {@link bindingsOf}; but where one that is meant to serve the namespace is on its way, and none is there, no default comes in its
 * place: whoever creates a namespace with its Subnet and its pods at once means that Subnet. Nor does one without a block come in the
 * place of one that has addresses.
 */
export function servingPodsOf(namespace: Namespace, view: View): readonly Subnet[] {
  const meant = boundTo(namespace, view), there = meant.filter((subnet) => isInService(subnet, view));
  const coming = meant.filter((subnet) => isComing(subnet, view));
  if (there.length > 0) return there.some(hasBlock) ? there : [...there, ...coming.filter(hasBlock)];
  return coming.length > 0 ? coming : bindingsOf(namespace, view);
}

/** Every Subnet that might serve it one day: those that are meant to, and the defaults. */
export function candidatesOf(namespace: Namespace, view: View): ReadonlySet<Subnet> {
  return new Set([...namedBy(namespace, view), ...defaultsFor(namespace, view)]);
}

/** Those that are meant to serve it beside any default, and may; usable or not. */
function boundTo(namespace: Namespace, view: View): readonly Subnet[] {
  const name = keyOf(namespace), vpc = name === NEVER_BY_VPC ? undefined : vpcOfNamespace(name, view);
  const first = view.get(Subnet, vpc?.spec.defaultSubnet || undefined);
  const bound = namedBy(namespace, view).filter((s) => mayServe(s, name, view)).sort(byAge);
  return [...new Set(first && vpcOf(first) === vpc?.metadata.name ? [first, ...bound] : bound)];
}

function namedBy(namespace: Namespace, view: View): Subnet[] {
  const named = view.project(bindings, keyOf(namespace)).values();
  const selecting = view.project(bindings, ANY).values().filter((s) => isSelected(namespace, s));
  return [...named, ...selecting];
}

/** Whether one of a Subnet's selectors means this namespace. */
export function isSelected({ metadata }: Namespace, { spec }: Subnet): boolean {
  return (spec.namespaceSelectors ?? []).some((selector) => selects(selector, metadata.labels));
}

/** The namespaces that a Subnet names but must not serve: they do not belong to its Vpc. */
export function refusedBy(subnet: Subnet, view: View): readonly Key[] {
  return (subnet.spec.namespaces ?? []).filter((name) => !mayServe(subnet, name, view));
}

/** The namespaces that a Subnet names or selects, and may serve. */
export function servedBy(subnet: Subnet, view: View): readonly Namespace[] {
  const found = new Set<Namespace>();
  for (const name of subnet.spec.namespaces ?? []) {
    const namespace = view.get(Namespace, name);
    if (namespace) found.add(namespace);
  }
  if (subnet.spec.namespaceSelectors?.length) {
    for (const namespace of view.list(Namespace)) if (isSelected(namespace, subnet)) found.add(namespace);
  }
  return [...found].filter((namespace) => mayServe(subnet, keyOf(namespace), view));
}

/** The custom Vpc of a namespace: the oldest that lists it. */
export function vpcOfNamespace(name: Key, view: View): Vpc | undefined {
  return [...view.project(vpcsOf, name).values()].filter((vpc) => keyOf(vpc) !== DEFAULT_VPC).sort(byAge)[0];
}

/** A Vpc's defaults: the one it names, then those that call themselves so, oldest first. */
export function defaultsOf(vpc: Vpc, view: View): readonly Subnet[] {
  const members = view.referrers(Subnet, Vpc, keyOf(vpc)).filter((s) => isOvn(s.spec.provider));
  const named = members.filter((s) => keyOf(s) === vpc.spec.defaultSubnet);
  return [...new Set([...named, ...members.filter((s) => s.spec.default).sort(byAge)])];
}

function* defaultsFor(namespace: Namespace, view: View): Iterable<Subnet> {
  const name = keyOf(namespace), vpc = name === NEVER_BY_VPC ? undefined : vpcOfNamespace(name, view);
  if (vpc) yield* defaultsOf(vpc, view);
  const standard = view.get(Subnet, DEFAULT_SUBNET);
  if (standard) yield standard;
  const shared = view.get(Vpc, DEFAULT_VPC);
  if (shared) yield* defaultsOf(shared, view);
}

/** Whether it is of the OVN provider, and of the default Vpc or the namespace's own. */
export function mayServe(subnet: Subnet, namespace: Key, view: View): boolean {
  const vpc = vpcOf(subnet);
  if (!isOvn(subnet.spec.provider)) return false;
  return vpc === DEFAULT_VPC || vpcOfNamespace(namespace, view)?.metadata.name === vpc;
}
