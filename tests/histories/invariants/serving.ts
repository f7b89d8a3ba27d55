/** Which Subnets are ready, and which of them serve a namespace: said again here, independently of the product. */
import type { Namespace } from "../../../crds/foreign.ts";
import { vpcOf } from "../../../crds/relations.ts";
import type { Subnet } from "../../../crds/subnet.ts";
import type { Vpc } from "../../../crds/vpc.ts";
import { type Condition, keyOf, type Obj } from "../../../reconcile/kind.ts";

export const isReady = (subnet: Subnet): boolean => conditionOf(subnet, "Ready")?.status === "True";

export const conditionOf = (object: Obj, type: string): Condition | undefined =>
  (object.status as { conditions?: Condition[] } | undefined)?.conditions?.find((c) => c.type === type);

/** Those that serve a namespace and are ready: where none is bound to it, the first default there is. */
export function servingOf(
  namespace: Namespace,
  subnets: readonly Subnet[],
  vpcs: readonly Vpc[],
): readonly Subnet[] {
  const { bound, defaults } = candidatesOf(namespace, subnets, vpcs), ready = bound.filter(isReady);
  return ready.length > 0 ? ready : defaults.filter(isReady).slice(0, 1);
}

/** As in Kube-OVN: the Vpc's default, those that name or select it by age; and the defaults, in their order. */
export function candidatesOf(
  namespace: Namespace,
  subnets: readonly Subnet[],
  vpcs: readonly Vpc[],
): { readonly bound: readonly Subnet[]; readonly defaults: readonly Subnet[] } {
  const { name, labels = {} } = namespace.metadata;
  const vpc =
    vpcs.filter((v) => keyOf(v) !== "ovn-cluster" && v.spec.namespaces?.includes(name)).sort(byAge)[0];
  const shared = vpcs.find((v) => keyOf(v) === "ovn-cluster");
  const owns = (v: Vpc | undefined, s: Subnet) => v !== undefined && vpcOf(s) === keyOf(v);
  const isNamed = (s: Subnet) =>
    s.spec.namespaces?.includes(name) || (s.spec.namespaceSelectors?.length && labels.team === "a");
  const isAllowed = (s: Subnet) =>
    owns(shared, s) || vpcs.some((v) => owns(v, s) && v.spec.namespaces?.includes(name));
  const first = subnets.filter((s) => owns(vpc, s) && keyOf(s) === vpc?.spec.defaultSubnet);
  const defaults = (v: Vpc | undefined) => [
    ...subnets.filter((s) => owns(v, s) && keyOf(s) === v?.spec.defaultSubnet),
    ...subnets.filter((s) => owns(v, s) && s.spec.default).sort(byAge),
  ];
  return {
    bound: [...new Set([...first, ...subnets.filter((s) => isNamed(s) && isAllowed(s)).sort(byAge)])],
    defaults: [...defaults(vpc), ...subnets.filter((s) => keyOf(s) === "ovn-default"), ...defaults(shared)],
  };
}

const byAge = (a: Obj, b: Obj): number => ageOf(a) < ageOf(b) ? -1 : 1;
const ageOf = (object: Obj): string => `${object.metadata.creationTimestamp} ${keyOf(object)}`;
