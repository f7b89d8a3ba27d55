/** One parser and one printer for every address text there is. */
import { formatIpv4, parseIpv4 } from "./ipv4.ts";
import { formatIpv6, parseIpv6 } from "./ipv6.ts";
import { quote } from "./quote.ts";

export type Family = 4 | 6;

/** IPv4 is a number, IPv6 a bigint: the type of the value tells the family, and the two never compare equal. */
export type Address = number | bigint;

const MAPPED = 0xffffn;

/**
 * Reads one address: no prefix length, no zone, no blanks. IPv6 may be in either case and in any length.
 *
 * IPv4-mapped IPv6 (`::ffff:10.0.0.1`) is refused: it would be a second name of an IPv4 address.
 *
 * @returns `undefined` where {@link whyNotAddress} has a reason.
 */
export function parseAddress(text: string): Address | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return ipv4;
  const ipv6 = parseIpv6(text);
  return ipv6 === undefined || isMapped(ipv6) ? undefined : ipv6;
}

/** Lower case, compressed, without leading zeros (RFC 5952). */
export function formatAddress(address: Address): string {
  return typeof address === "number" ? formatIpv4(address) : formatIpv6(address);
}

export function familyOf(address: Address): Family {
  return typeof address === "number" ? 4 : 6;
}

/** Whether the text is the one that {@link formatAddress} prints. */
export function isCanonical(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && formatAddress(address) === text;
}

/** Why {@link parseAddress} refuses a text, in words for its author. */
export function whyNotAddress(text: string): string {
  const ipv6 = parseIpv6(text);
  if (ipv6 !== undefined && isMapped(ipv6)) {
    return `${quote(text)} is an IPv4-mapped IPv6 address, write ${formatIpv4(Number(ipv6 & 0xffffffffn))}`;
  }
  if (text.includes("/")) return `${quote(text)} carries a prefix length where a single address is expected`;
  if (text.includes("%")) return `${quote(text)} carries a zone`;
  return `${quote(text)} is not an IP address`;
}

function isMapped(ipv6: bigint): boolean {
  return ipv6 >> 32n === MAPPED;
}
