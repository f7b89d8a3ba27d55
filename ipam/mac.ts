/** MAC addresses as numbers from 0 to 2^48 − 1. */
import { createHash } from "node:crypto";

/**
 * Reads six octets in hexadecimal, in either case, with `:` or `-` between them.
 *
 * @returns `undefined` for anything else.
 */
export function parseMac(text: string): number | undefined {
  return OCTETS.test(text) ? parseInt(text.replaceAll(text.charAt(2), ""), 16) : undefined;
}

const OCTETS = /^[0-9a-f]{2}([:-])([0-9a-f]{2}\1){4}[0-9a-f]{2}$/i;

/** The canonical text, `0a:00:5e:00:53:01`. */
export function formatMac(mac: number): string {
  return (mac.toString(16).padStart(12, "0").match(/../g) ?? []).join(":");
}

/** The canonical text of a text that is a MAC address. */
export function canonicalMac(text: string): string | undefined {
  const mac = parseMac(text);
  return mac === undefined ? undefined : formatMac(mac);
}

/** Whether an interface may carry it: neither a group address nor all zeros (IEEE 802). */
export function isUnicastMac(mac: number): boolean {
  return mac !== 0 && (Math.floor(mac / 2 ** 40) & 1) === 0;
}

/** The interface that needs a MAC. */
export interface MacSeed {
  readonly podUid: string;
  readonly provider: string;
}

/**
 * The MAC of an interface for which none was asked for: 46 bits of SHA-256, locally administered and unicast, so that the same
 * interface gets the same one without anybody writing it down first.
 *
 * @param options.attempt 0 at first; each further one gives another MAC
 */
export function deriveMac({ podUid, provider }: MacSeed, { attempt }: { readonly attempt: number }): string {
  const octets = createHash("sha256").update(JSON.stringify([podUid, provider, attempt])).digest().subarray(
    0,
    6,
  );
  octets.writeUInt8((octets.readUInt8() & 0xfc) | 0x02);
  return formatMac(octets.readUIntBE(0, 6));
}

/** The first derived MAC that nobody has. */
export function freeMac(seed: MacSeed, { isFree }: { readonly isFree: (mac: string) => boolean }): string {
  let attempt = 0;
  while (!isFree(deriveMac(seed, { attempt }))) attempt++;
  return deriveMac(seed, { attempt });
}
