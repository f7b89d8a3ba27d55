/**
 * Types and reasons of conditions, and reasons of Events: the words that clients of Kube-OVN look for.
 *
 * Each is a constant and a type under one name: `SubnetReason.ValidateLogicalSwitchFailed`.
 */

/** Conditions of our kinds. `Deletable` comes from the framework. */
export const ConditionType = words("Ready", "Validated", "Error");
export type ConditionType = keyof typeof ConditionType;

/** Reasons of a Subnet's conditions, and of the Events that go with them. */
export const SubnetReason = words(
  "ValidateLogicalSwitchSuccess",
  /** The one failure that makes `Validated` False; also that of a name over `LONGEST_SUBNET_NAME`. */
  "ValidateLogicalSwitchFailed",
  "ValidateSubnetVlanFailed",
  /** Ready, provider `ovn`. */
  "ResetLogicalSwitchAclSuccess",
  /** Ready, another provider. */
  "SetNonOvnSubnetSuccess",
  /** Ready, `private`. */
  "SetPrivateLogicalSwitchSuccess",
  /** Ours: its Vpc is missing. */
  "VpcNotFound",
);
export type SubnetReason = keyof typeof SubnetReason;

/** Reasons of an IPPool's conditions, and of the Events that go with them. */
export const IPPoolReason = words("UpdateIPAMSucceeded", "UpdateIPAMFailed");
export type IPPoolReason = keyof typeof IPPoolReason;

/** Reasons of Events on Pods. */
export const PodReason = words(
  "PodNetworkAllocated",
  "PodNetworkUpdated",
  "PodNetworkReleased",
  /** The message has an {@link IpamError}. */
  "AcquireAddressFailed",
  "PodNetworkAllocationFailed",
  "PodNetworkUpdateFailed",
  "PodNetworkReleaseFailed",
  "ValidatePodNetworkFailed",
  "GetVlanInfoFailed",
  /** Ours: a fixed address was edited; both addresses are named. */
  "FixedIPChangeDenied",
  /** Ours, with `--isolate-namespaces`: it asked for something that its namespace is not bound to, and its account may not use. */
  "NotPermitted",
  /** Ours: whether its account may use that could not be asked. */
  "PermissionUnknown",
);
export type PodReason = keyof typeof PodReason;

/** Reasons of conditions and Events of EIPs, OvnEips and Vips, beside an {@link IpamError} where there is no address. */
export const HolderReason = words(
  "AddressAllocated",
  /** Its spec asks for another address, MAC or Subnet than it has: it keeps what it has. */
  "AddressChangeDenied",
);
export type HolderReason = keyof typeof HolderReason;

/** Reasons of a VpcNatGateway's condition `Ready`. */
export const GatewayReason = words(
  "GatewayReady",
  "GatewayPodsPending",
  /** Something that it stands on is wrong or missing: the message names the field. */
  "GatewayNotReady",
);
export type GatewayReason = keyof typeof GatewayReason;

/** Reasons of the condition `Ready` of EIPs and of the rules that use them. */
export const NatReason = words(
  "NatReady",
  /** The gateway does not exist, is not attached to the EIP's Subnet, or has no pod that runs. */
  "GatewayNotReady",
  /** The EIP of a rule does not exist, has no address of that family, or is going. */
  "EipNotReady",
  /** An older rule has what this one wants. */
  "RuleConflict",
  /** A field of a rule cannot be used as it stands. */
  "InvalidRule",
  /** The gateway has not been told yet. */
  "RulePending",
);
export type NatReason = keyof typeof NatReason;

/** The word in a message that says why there is no address. */
export const IpamError = words(
  "AddressOutOfRange",
  "AddressConflict",
  "NoAvailableAddress",
  "NoSubnet",
  "CIDRInvalid",
  "InvalidIPFamily",
);
export type IpamError = keyof typeof IpamError;

function words<const W extends string>(...all: readonly W[]): { readonly [K in W]: K } {
  return Object.freeze(Object.fromEntries(all.map((word) => [word, word]))) as { readonly [K in W]: K };
}
