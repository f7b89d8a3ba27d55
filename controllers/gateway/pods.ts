/** The pods of a gateway. */
import { OVN, podKey } from "../../crds/annotations.ts";
import { Pod } from "../../crds/foreign.ts";
import { isAlive } from "../../crds/published.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";

export interface Places {
  /** Where gateways may run. The first is for those that name none, and has the ConfigMaps with image and switch. */
  readonly namespaces: readonly [string, ...string[]];
}

export function namespaceOf({ spec }: VpcNatGateway, { namespaces }: Places): string {
  return spec.namespace || namespaces[0];
}

/**
 * Those that run and are to stay, by name.
 *
 * Anybody may write the annotation on a pod of his own: only those in the gateway's namespace count, where users have no business.
 */
export function runningPods(gateway: VpcNatGateway, view: View, places: Places): readonly Pod[] {
  const namespace = namespaceOf(gateway, places);
  return view.referrers(Pod, VpcNatGateway, keyOf(gateway))
    .filter((pod) => pod.metadata.namespace === namespace && isAlive(pod) && !isDeleting(pod))
    .filter(({ status }) => status?.phase === "Running")
    .toSorted((a, b) => a.metadata.name < b.metadata.name ? -1 : 1);
}

/** What a pod was told of its address in the Vpc. */
export function lanAddressOf({ metadata: { annotations = {} } }: Pod): string | undefined {
  return annotations[podKey(OVN, "allocated")] === "true"
    ? annotations[podKey(OVN, "ip_address")]
    : undefined;
}
