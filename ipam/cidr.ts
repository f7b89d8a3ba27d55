/** One CIDR block of one family. */
import {
  type Address,
  type Family,
  familyOf,
  formatAddress,
  parseAddress,
  whyNotAddress,
} from "./address.ts";
import { includes, type Interval, meet, next, previous } from "./interval.ts";
import { quote } from "./quote.ts";

/** From the network address to the highest one, both included. */
export interface Cidr<A extends Address = Address> extends Interval<A> {
  readonly prefix: number;
}

export function widthOf(family: Family): number {
  return family === 4 ? 32 : 128;
}

/**
 * Reads `10.1.2.3/16`; host bits are cleared.
 *
 * @returns `undefined` where {@link whyNotCidr} has a reason.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  if (address === undefined) return undefined;
  const prefix = parsePrefix(text.slice(slash + 1), widthOf(familyOf(address)));
  return prefix === undefined ? undefined : cidrOf(address, prefix);
}

/** The block of that prefix length in which the address lies. */
export function cidrOf(address: Address, prefix: number): Cidr {
  const hostBits = BigInt(widthOf(familyOf(address)) - prefix);
  const first = (BigInt(address) >> hostBits) << hostBits;
  const last = first + (1n << hostBits) - 1n;
  return typeof address === "number"
    ? { first: Number(first), last: Number(last), prefix }
    : { first, last, prefix };
}

/** Why {@link parseCidr} refuses a text, in words for its author. */
export function whyNotCidr(text: string): string {
  const slash = text.indexOf("/");
  if (slash < 0) return `${quote(text)} has no prefix length`;
  const address = text.slice(0, slash);
  if (parseAddress(address) === undefined) return whyNotAddress(address);
  return `${quote(text)} has an impossible prefix length`;
}

/** `10.1.0.0/16` */
export function formatCidr({ first, prefix }: Cidr): string {
  return `${formatAddress(first)}/${prefix}`;
}

/**
 * The addresses that are ever handed out: not the lowest and not the highest one, of either family, except that a block of two
 * uses both (RFC 3021, RFC 6164).
 *
 * @returns `undefined` for a block of a single address.
 */
export function hostsOf<A extends Address>({ first, last, prefix }: Cidr<A>): Interval<A> | undefined {
  const hostBits = widthOf(familyOf(first)) - prefix;
  if (hostBits === 0) return undefined;
  return hostBits === 1 ? { first, last } : { first: next(first), last: previous(last) };
}

export function contains(cidr: Cidr, address: Address): boolean {
  return includes(cidr, address);
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return meet(a, b);
}

/** Decimal digits only, no leading zero: what Go's `netip.ParsePrefix` takes. */
function parsePrefix(text: string, width: number): number | undefined {
  if (!/^(0|[1-9][0-9]{0,2})$/.test(text)) return undefined;
  const prefix = Number(text);
  return prefix <= width ? prefix : undefined;
}
