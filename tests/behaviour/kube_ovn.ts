/** What Kube-OVN leaves behind in a cluster, before the operator's first start. */
import { IP } from "../../crds/ip.ts";
import { FINALIZER, OLD_FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";

export const MAC = "00:00:00:5e:53:09";

/** Subnet `sn` as Kube-OVN leaves it; {@link Cluster.start} comes later. */
export function before(cidrBlock = "10.66.0.0/24", options: ClusterOptions = {}): Cluster {
  const lab = new Cluster(options);
  lab.create(Subnet, {
    metadata: { name: "sn", finalizers: [OLD_FINALIZER] },
    spec: { cidrBlock, namespaces: ["default"], vpc: "ovn-cluster", provider: "ovn", default: false },
  });
  return lab;
}

/** As Kube-OVN answers a pod. */
export const told = (ip_address: string, more: Readonly<Record<string, string>> = {}) => ({
  allocated: "true",
  routed: "true",
  ip_address,
  mac_address: MAC,
  logical_switch: "sn",
  pod_nic_type: "veth-pair",
  logical_router: "ovn-cluster",
  cidr: "10.66.0.0/24",
  gateway: "10.66.0.1",
  ...more,
});

/** As Kube-OVN records it. */
export function record(lab: Cluster, pod: string, address: string, {
  name = `${pod}.default`,
  namespace = "default",
  subnet = "sn",
  ...more
}: {
  readonly name?: string;
  readonly namespace?: string;
  readonly subnet?: string;
  readonly finalizers?: readonly string[];
  readonly reserved?: boolean;
  readonly podType?: "StatefulSet" | "VirtualMachine";
} = {}): void {
  const labels = {
    "ovn.kubernetes.io/ip_reserved": String(more.reserved ?? false),
    "ovn.kubernetes.io/subnet": subnet,
  };
  const metadata = { name, labels, finalizers: more.finalizers ?? [FINALIZER] };
  const [v4IpAddress = "", v6IpAddress = ""] = address.includes(":") ? ["", address] : [address];
  const addresses = { v4IpAddress, v6IpAddress, ipAddress: address, macAddress: MAC };
  lab.create(IP, {
    metadata,
    spec: { podName: pod, namespace, subnet, podType: more.podType ?? "", ...addresses },
  });
}
