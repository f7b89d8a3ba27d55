/** What a pod's annotations ask for. Every parser takes any text whatsoever and answers in time proportional to its length. */
import { type Family, familyOf, formatAddress, parseAddress, whyNotAddress } from "./address.ts";
import { parseCidr, whyNotCidr } from "./cidr.ts";
import { formatMac, isUnicastMac, parseMac } from "./mac.ts";
import { type Answer, refuse } from "./problem.ts";
import { quote } from "./quote.ts";

/** At least one of the two is there; canonical text. */
export interface Addresses {
  readonly v4: string | undefined;
  readonly v6: string | undefined;
}

/** Those of a list, by family; a text that is no IP address is none of them. */
export function byFamily(texts: readonly string[]): Addresses {
  const found = new Map<Family, string>();
  for (const text of texts) {
    const address = parseAddress(text), family = address === undefined ? undefined : familyOf(address);
    if (family !== undefined && !found.has(family)) found.set(family, text);
  }
  return { v4: found.get(4), v6: found.get(6) };
}

/** An IPPool, or a list of which one element is taken. */
export type PoolRequest =
  | { readonly form: "pool"; readonly name: string }
  | { readonly form: "list"; readonly choices: readonly Addresses[] };

/** Room for more than a thousand pairs; all annotations of an object together may have 256 KiB. */
const LONGEST_POOL = 65_536;

/** `ip_address`: `v4`, `v6`, or both in either order, each with or without a prefix length, which says nothing to us. */
export function parseIpAddress(text: string): Answer<Addresses> {
  const parts = text.split(",", 3).map((part) => part.trim());
  const found = new Map<Family, string>();
  for (const part of parts) {
    const slash = part.indexOf("/");
    const address = parseAddress(slash < 0 ? part : part.slice(0, slash));
    if (address === undefined) {
      return refuse("AddressOutOfRange", whyNotAddress(slash < 0 ? part : part.slice(0, slash)));
    }
    if (slash >= 0 && parseCidr(part) === undefined) return refuse("AddressOutOfRange", whyNotCidr(part));
    found.set(typeof address === "number" ? 4 : 6, formatAddress(address));
  }
  return found.size === parts.length
    ? { ok: true, value: { v4: found.get(4), v6: found.get(6) } }
    : refuse("InvalidIPFamily", `${quote(text)} lists more than one address of a family`);
}

/** `mac_address`: a unicast MAC in either case. The answer is its canonical text. */
export function parseMacAddress(text: string): Answer<string> {
  const mac = parseMac(text.length > 64 ? "" : text.trim());
  return mac !== undefined && isUnicastMac(mac)
    ? { ok: true, value: formatMac(mac) }
    : refuse("AddressOutOfRange", `${quote(text)} is not a unicast MAC address such as 0a:00:5e:00:53:01`);
}

/**
 * `ip_pool`, in one of four forms: the name of an IPPool; `a,b,c`, a list of addresses of one family; `v4,v6;v4,v6`, a list of
 * pairs; `v4,v6`, a single pair.
 */
export function parseIpPool(text: string): Answer<PoolRequest> {
  if (text.length > LONGEST_POOL) {
    return refuse("AddressOutOfRange", `ip_pool has ${text.length} characters, more than ${LONGEST_POOL}`);
  }
  const name = text.trim();
  if (isPoolName(name)) return { ok: true, value: { form: "pool", name } };
  const pair = parseIpAddress(text);
  const parts = pair.ok ? [text] : text.split(text.includes(";") ? ";" : ",");
  const choices: Addresses[] = [];
  for (const part of parts) {
    const choice = parseIpAddress(part);
    if (!choice.ok) return choice;
    choices.push(choice.value);
  }
  const mixed = !text.includes(";") &&
    choices.some(({ v4 }) => (v4 === undefined) !== (choices[0]?.v4 === undefined));
  return mixed
    ? refuse("InvalidIPFamily", `${quote(text)} mixes IPv4 and IPv6; write pairs as v4,v6;v4,v6`)
    : { ok: true, value: { form: "list", choices } };
}

/** `ip_family`: `ipv4` or `ipv6`, in any case. */
export function parseIpFamily(text: string): Answer<Family> {
  const family = text.length > 64 ? "" : text.trim().toLowerCase();
  if (family === "ipv4") return { ok: true, value: 4 };
  if (family === "ipv6") return { ok: true, value: 6 };
  return refuse("InvalidIPFamily", `${quote(text)} is neither "ipv4" nor "ipv6"`);
}

/** A DNS subdomain (RFC 1123) that does not look like four decimal numbers: a mistyped address is no name. */
function isPoolName(text: string): boolean {
  if (text.length > 253) return false;
  const labels = text.split(".");
  return labels.every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label)) &&
    !(labels.length === 4 && labels.every((label) => /^[0-9]+$/.test(label)));
}
