/** Blocks from which no subnet may be cut. */
import { type Cidr, cidrOf, formatCidr, overlaps } from "./cidr.ts";

/** From the IANA special-purpose registries (RFC 6890): those in which no pod could be reached. */
const SPECIAL: readonly (readonly [block: Cidr, use: string])[] = [
  [cidrOf(0x00000000, 8), "this network"],
  [cidrOf(0x7f000000, 8), "loopback"],
  [cidrOf(0xa9fe0000, 16), "link-local"],
  [cidrOf(0xe0000000, 4), "multicast"],
  [cidrOf(0xffffffff, 32), "broadcast"],
  [cidrOf(0n, 128), "unspecified"],
  [cidrOf(1n, 128), "loopback"],
  [cidrOf(0xffffn << 32n, 96), "IPv4-mapped"],
  [cidrOf(0xfe80n << 112n, 10), "link-local"],
  [cidrOf(0xff00n << 112n, 8), "multicast"],
];

/** Which special block a subnet's block would reach into, as `127.0.0.0/8 (loopback)`. */
export function specialOverlap(cidr: Cidr): string | undefined {
  const found = SPECIAL.find(([block]) => overlaps(block, cidr));
  return found && `${formatCidr(found[0])} (${found[1]})`;
}
