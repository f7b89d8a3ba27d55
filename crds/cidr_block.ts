/**
 * `spec.cidrBlock` of a Subnet: `v4`, `v6` or one of each with a comma between; host bits may be set.
 *
 * Refuses only what Kube-OVN refuses as well. Everything else that may be wrong with a Subnet is said in its conditions.
 */
import { string } from "./schema.ts";

/** Two CIDRs in their longest spelling take 68 characters; the bound keeps the rules within the API server's cost budget. */
const LONGEST = 128;

export const cidrBlock = string().max(LONGEST)
  .doc("IPv4 CIDR, IPv6 CIDR, or both with a comma between.")
  .cel(
    "self == '' || self.split(',').all(c, isCIDR(c))",
    "every entry must be a CIDR such as 10.16.0.0/16 or fd00:10:16::/112, with a comma and no blank between two",
  )
  .cel(
    "self.split(',').all(c, !isCIDR(c) || cidr(c).prefixLength() < (cidr(c).ip().family() == 4 ? 32 : 128))",
    "a Subnet needs at least two addresses: IPv4 prefixes must be shorter than /32, IPv6 prefixes shorter than /128",
  )
  .cel(`${atMostOne(4)} && ${atMostOne(6)}`, "at most one CIDR per family");

function atMostOne(family: 4 | 6): string {
  return `self.split(',').filter(c, isCIDR(c) && cidr(c).ip().family() == ${family}).size() <= 1`;
}
