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

/** Longest label value, and longest name in a label key. */
const LONGEST = 63;

/** Holds an object of ours until nothing needs it any more; Kube-OVN's own, so that its clients find what they wait for. */
export const FINALIZER = "kubeovn.io/kube-ovn-controller";
/** What Kube-OVN called it formerly; counts as ours. */
export const OLD_FINALIZER = "kube-ovn-controller";

export interface RecordLabels {
  readonly subnet: string;
  /** Absent until the pod is scheduled. */
  readonly node?: string | undefined;
  readonly reserved: boolean;
}

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
