/** One spelling for every address that users or Kube-OVN wrote. */
import { formatAddress, parseAddress } from "../ipam/address.ts";

/** RFC 5952 or dotted decimal; what is no address stays as it is. */
export function canonical(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : formatAddress(address);
}
