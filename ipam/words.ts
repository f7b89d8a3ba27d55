/** The error words that Kube-OVN's users and tools look for in events and conditions. */

/**
 * - `AddressOutOfRange`: the subnet never hands this address out.
 * - `AddressConflict`: somebody else holds it, or it is the gateway's.
 * - `NoAvailableAddress`: nothing is left to choose from.
 * - `NoSubnet`: no subnet to choose from.
 * - `CIDRInvalid`: the subnet's block is unusable.
 * - `InvalidIPFamily`: the request and the subnet, or two parts of the request, disagree about IPv4 and IPv6.
 */
export type ErrorWord =
  | "AddressOutOfRange"
  | "AddressConflict"
  | "NoAvailableAddress"
  | "NoSubnet"
  | "CIDRInvalid"
  | "InvalidIPFamily";
