/** Namespaces say which Subnets serve them: Kube-OVN's four annotations, lists aligned by position. */
import { namespaceKey } from "../crds/annotations.ts";
import { DEFAULT_SUBNET } from "../crds/defaults.ts";
import { Namespace } from "../crds/foreign.ts";
import { Subnet } from "../crds/subnet.ts";
import { Vpc } from "../crds/vpc.ts";
import { isDeleting, type Key, keyOf } from "../reconcile/kind.ts";
import { desired, type Plan, wait } from "../reconcile/plan.ts";
import { controller, on, wake } from "../reconcile/table.ts";
import type { View } from "../reconcile/view.ts";
import { bindingsOf, isBoundTo } from "./bindings.ts";
import { overlapping } from "./overlap.ts";

export default controller("namespace", [
  on(Namespace, reconcile),
  wake(
    Namespace,
    Subnet,
    (subnet, view) => [subnet, ...overlapping(subnet, view)].flatMap((s) => boundTo(s, view)),
  ),
  wake(Namespace, Vpc, (vpc, view) => [
    ...vpc.spec.namespaces ?? [],
    ...view.referrers(Subnet, Vpc, keyOf(vpc)).flatMap((subnet) => boundTo(subnet, view)),
  ]),
]);

export function reconcile(namespace: Namespace, view: View): Plan {
  if (isDeleting(namespace)) return desired();
  const annotations = annotationsOf(namespace, view);
  if (!annotations) {
    const message = `no usable Subnet names it, and Subnet ${DEFAULT_SUBNET} is not usable`;
    return wait({ reason: "NoSubnet", message }, [[Subnet, DEFAULT_SUBNET], [Namespace, keyOf(namespace)]], {
      quiet: true,
    });
  }
  return desired({ annotate: [{ kind: Namespace, object: namespace, annotations }] });
}

/**
 * What the namespace is to carry, or undefined while nothing serves it. `ip_pool` will list the pools bound to it.
 *
 * @see BEHAVIOUR §2.4: `;` between Subnets, since a block may itself contain a comma
 */
export function annotationsOf(namespace: Namespace, view: View): Record<string, string> | undefined {
  const bound = bindingsOf(namespace, view);
  if (bound.length === 0) return undefined;
  return {
    [namespaceKey("logical_switch")]: bound.map(keyOf).join(","),
    [namespaceKey("cidr")]: bound.map((s) => s.spec.cidrBlock ?? "").join(";"),
    [namespaceKey("exclude_ips")]: bound.map((s) => (s.spec.excludeIps ?? []).join(",")).join(";"),
  };
}

/** Namespaces that may look different when this Subnet changes; all of them, where it is the default or selects by label. */
function boundTo(subnet: Subnet, view: View): readonly Key[] {
  const { namespaces = [], namespaceSelectors } = subnet.spec;
  if (keyOf(subnet) === DEFAULT_SUBNET || subnet.spec.default) return [...view.list(Namespace)].map(keyOf);
  if (!namespaceSelectors?.length) return namespaces;
  return [...namespaces, ...[...view.list(Namespace)].filter((ns) => isBoundTo(subnet, ns)).map(keyOf)];
}
