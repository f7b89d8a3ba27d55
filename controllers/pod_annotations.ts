/** What a pod is told about one of its networks. */
import { podKey, type podOutputs } from "../crds/annotations.ts";
import type { Pod } from "../crds/foreign.ts";
import { memberOf, sharedKeyOf } from "../crds/identity.ts";
import type { IP } from "../crds/ip.ts";
import { addressesOf } from "../crds/record.ts";
import { vpcOf } from "../crds/relations.ts";
import type { Subnet } from "../crds/subnet.ts";
import { formatSubnet } from "./subnet_format.ts";

type Output = typeof podOutputs[number];

/** One network of a pod, with what there is to tell about it. */
export interface Network {
  readonly provider: string;
  /** As it is, or as it is about to be created. */
  readonly record: IP;
  readonly subnet: Subnet;
}

/**
 * Every output key of that network. `cidr` and `gateway` are the Subnet's whole strings, as Kube-OVN writes them; what a pod
 * was told of its Subnet stays, for nothing looks at the pod again when that is edited. `routed` comes once the pod has a node.
 */
export function podAnnotations(pod: Pod, { provider, record, subnet }: Network): Record<string, string> {
  const formatted = formatSubnet(subnet),
    told = (suffix: Output) => pod.metadata.annotations?.[podKey(provider, suffix)];
  // As it will be once it is completed: an edit that is not written back yet must not show.
  const spec = formatted.ok ? { ...subnet.spec, ...formatted.spec } : subnet.spec;
  const before = told("allocated") === "true";
  const vpc = spec.vlan && !spec.u2oInterconnection && !spec.logicalGateway ? undefined : vpcOf(subnet);
  const values: Partial<Record<Output, string | undefined>> = {
    allocated: "true",
    ip_address: addressesOf(record).join(","),
    mac_address: record.spec.macAddress || undefined,
    cidr: (before && told("cidr")) || spec.cidrBlock,
    gateway: (before && told("gateway")) || spec.gateway,
    logical_switch: subnet.metadata.name,
    pod_nic_type: "veth-pair",
    virtualmachine: sharedKeyOf(pod) && memberOf(pod),
    logical_router: (before && told("logical_router")) || vpc,
    routed: pod.spec.nodeName ? "true" : undefined,
  };
  return Object.fromEntries(
    Object.entries(values).flatMap(([suffix, value]) =>
      value ? [[podKey(provider, suffix as Output), value]] : []
    ),
  );
}
