/** Whether an address that somebody asks for can be given at all. */
import { type Address, formatAddress } from "./address.ts";
import { contains, formatCidr } from "./cidr.ts";
import { includes } from "./interval.ts";
import type { Layout } from "./layout.ts";
import type { Refusal } from "./problem.ts";

/**
 * What speaks against an address whoever asks for it. `excludeIps` does not: it keeps addresses from being handed out by themselves,
 * and reserves them for those who ask.
 */
export function refusalByLayout(address: Address, layout: Layout | undefined): Refusal | undefined {
  const text = formatAddress(address);
  if (layout === undefined) return { word: "NoSubnet", message: `the subnet of ${text} cannot be used` };
  const { v4, v6 } = layout;
  const family = typeof address === "number" ? v4 : v6;
  if (family === undefined || !contains(family.cidr, address)) {
    const blocks = [v4, v6].flatMap((side) => side ? formatCidr(side.cidr) : []);
    return { word: "AddressOutOfRange", message: `${text} is outside ${blocks.join(" and ")}` };
  }
  const { cidr, hosts, gateway } = family;
  if (!includes(hosts, address)) {
    const which = address === cidr.first ? "network" : "last";
    const message = `${text} is the ${which} address of ${formatCidr(cidr)} and never handed out`;
    return { word: "AddressOutOfRange", message };
  }
  return address === gateway ? { word: "AddressConflict", message: `${text} is the gateway` } : undefined;
}
