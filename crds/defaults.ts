/** Names that the cluster's own objects have, as in Kube-OVN. */

/** The Vpc of every Subnet of the OVN provider that names none (`--cluster-router`). */
export const DEFAULT_VPC = "ovn-cluster";
/** The Subnet of every namespace that is bound to no other (`--default-ls`). */
export const DEFAULT_SUBNET = "ovn-default";
/** The Subnet from which nodes get an address (`--node-switch`). */
export const JOIN_SUBNET = "join";
