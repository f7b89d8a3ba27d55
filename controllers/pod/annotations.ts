/** What a pod is told about one of its networks. */
import { podKey, podOutputs } from "../../crds/annotations.ts";
import type { Pod } from "../../crds/foreign.ts";
import { memberOf, sharedKeyOf } from "../../crds/identity.ts";
import type { IP } from "../../crds/ip.ts";
import { ipsOf } from "../../crds/record.ts";
import { isOvn, vpcOf } from "../../crds/relations.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { Vlan } from "../../crds/vlan.ts";
import { keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { completed } from "../subnet/format.ts";

type Output = typeof podOutputs[number];

/** One network of a pod, with what there is to tell about it. */
export interface Network {
  readonly provider: string;
  /** The provider of its Subnets, without the name of an interface; absent where the pod asks for it no longer. */
  readonly network: string | undefined;
  /** As it is, or as it is about to be created. */
  readonly record: IP;
  readonly subnet: Subnet;
}

type Annotations = Readonly<Record<string, string | null>>;

/**
 * Every output key of that network, and null for those that it has not. `cidr` and `gateway` are the Subnet's whole strings, as
 * Kube-OVN writes them; what a pod was told of its Subnet stays, for nothing looks at the pod again when that is edited. Who has a MAC
 * address alone is told of no block, also when its Subnet got one since. `routed` comes once the pod has a node.
 */
export function podAnnotations(
  pod: Pod,
  { provider, network, record, subnet }: Network,
  view: View,
): Annotations {
  // An edit that is not written back yet must not show.
  const spec = completed(subnet), before = toldBefore(pod, provider), ips = ipsOf(record);
  const block: Values = ips.length > 0
    ? { cidr: before("cidr") ?? spec.cidrBlock, gateway: before("gateway") ?? spec.gateway }
    : { cidr: null, gateway: null };
  const common: Values = {
    allocated: "true",
    ip_address: ips.join(",") || null,
    mac_address: record.spec.macAddress || null,
    ...block,
    virtualmachine: sharedKeyOf(pod) && memberOf(pod),
  };
  // As the network is, not as the Subnet was edited since; and where nobody says what it is, as it was told.
  if (network === undefined ? !isOvn(provider) && !before("logical_switch") : !isOvn(network)) {
    return keyed(provider, { ...common, subnet: keyOf(subnet), logical_switch: null, pod_nic_type: null });
  }
  const vpc = spec.vlan && !spec.u2oInterconnection && !spec.logicalGateway ? undefined : vpcOf(subnet);
  const vlan = view.get(Vlan, spec.vlan || undefined)?.spec;
  return keyed(provider, {
    ...common,
    logical_switch: keyOf(subnet),
    pod_nic_type: pod.metadata.annotations?.[podKey(provider, "pod_nic_type")] || "veth-pair",
    logical_router: before("logical_router") ?? vpc,
    vlan_id: before("vlan_id") ?? vlan?.id?.toString(),
    provider_network: before("provider_network") ?? vlan?.provider,
    routed: pod.spec.nodeName ? "true" : undefined,
  });
}

/** All that the pod shows of that network, as it is. */
export function carried(pod: Pod, provider: string): Annotations {
  const shown = (suffix: Output) => pod.metadata.annotations?.[podKey(provider, suffix)];
  return keyed(provider, Object.fromEntries(podOutputs.map((suffix) => [suffix, shown(suffix)])));
}

type Values = Partial<Record<Output, string | null | undefined>>;

function toldBefore(pod: Pod, provider: string): (suffix: Output) => string | undefined {
  const told = (suffix: Output) => pod.metadata.annotations?.[podKey(provider, suffix)] || undefined;
  return told("allocated") === "true" ? told : () => undefined;
}

function keyed(provider: string, values: Values): Annotations {
  const annotations: Record<string, string | null> = {};
  for (const [suffix, value] of Object.entries(values)) {
    if (value || value === null) annotations[podKey(provider, suffix as Output)] = value;
  }
  return annotations;
}
