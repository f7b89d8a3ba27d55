/** One spelling for every address that users or Kube-OVN wrote. */
import { formatAddress, parseAddress } from "../ipam/address.ts";
import { canonicalMac } from "../ipam/mac.ts";

/** RFC 5952, dotted decimal, or a MAC address in lower case with colons; what is no address stays as it is. */
export function canonical(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? canonicalMac(text) ?? text : formatAddress(address);
}
