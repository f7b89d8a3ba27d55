/** Labels and finalizers of Kube-OVN's kinds. */

export const SUBNET_LABEL = "ovn.kubernetes.io/subnet";
export const NODE_NAME_LABEL = "ovn.kubernetes.io/node-name";
/**
 * `"true"` on an IP record that a user created to reserve its addresses, `"false"` on ours. On a Vip: name of the record of the
 * interface that wears it, or empty.
 */
export const IP_RESERVED_LABEL = "ovn.kubernetes.io/ip_reserved";

/** On the pods that run virtual machines of KubeVirt. */
export const LAUNCHER_LABEL = "kubevirt.io";
export const LAUNCHER = "virt-launcher";

/** Of a VpcNatGateway. */
export const VPC_LABEL = "ovn.kubernetes.io/vpc";
export const QOS_LABEL = "ovn.kubernetes.io/qos";
/** Of an EIP or a rule: its gateway. */
export const GATEWAY_NAME_LABEL = "ovn.kubernetes.io/vpc-nat-gw-name";
/** Of an EIP or a rule: the IPv4 address. */
export const EIP_V4_LABEL = "ovn.kubernetes.io/eip_v4_ip";
export const DNAT_PORT_LABEL = "ovn.kubernetes.io/vpc_dnat_eport";
/** Of a gateway's workload and its pods. */
export const GATEWAY_LABEL = "ovn.kubernetes.io/vpc-nat-gw";

/** Longest label value, and longest name in a label key. */
const LONGEST = 63;

/** Holds an object of ours until nothing needs it any more; Kube-OVN's own, so that its clients find what they wait for. */
export const FINALIZER = "kubeovn.io/kube-ovn-controller";
/** What Kube-OVN called it formerly; counts as ours. */
export const OLD_FINALIZER = "kube-ovn-controller";

/** Those that have a value which a label can have, to be spread into metadata; none at all is no field, for an empty one never shows. */
export function legalLabels(
  labels: Readonly<Record<string, string | undefined>>,
): { readonly labels?: Record<string, string> } {
  const legal = Object.entries(labels).flatMap(([key, value]) =>
    value && isLabelValue(value) ? [[key, value] as const] : []
  );
  return legal.length > 0 ? { labels: Object.fromEntries(legal) } : {};
}

const isLabelValue = (text: string): boolean =>
  text.length <= LONGEST && /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text);

export interface RecordLabels {
  readonly subnet: string;
  /** Absent until the pod is scheduled. */
  readonly node?: string | undefined;
  readonly reserved: boolean;
}

/** A name as a label's value; empty where it is too long for that. */
export const labelValue = (name = ""): string => name.length <= LONGEST ? name : "";

/** The label that says of which Subnet something is; none where that name is too long for a label. */
export function subnetLabel(subnet: string): Record<string, string> {
  return subnet.length <= LONGEST ? { [SUBNET_LABEL]: subnet } : {};
}

/** The labels of an IP record. Names too long for a label are left out: an address matters more than a label. */
export function recordLabels({ subnet, node = "", reserved }: RecordLabels): Record<string, string> {
  return {
    [IP_RESERVED_LABEL]: String(reserved),
    ...(subnet.length <= LONGEST ? { [SUBNET_LABEL]: subnet, [subnet]: "" } : {}),
    ...(node.length <= LONGEST ? { [NODE_NAME_LABEL]: node } : {}),
  };
}
