/** MAC addresses as numbers from 0 to 2^48 − 1. */
import { createHash } from "node:crypto";

const FORM = /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$/i;

/**
 * Reads six octets in hexadecimal, in either case, with `:` or `-` between them.
 *
 * @returns `undefined` for anything else.
 */
export function parseMac(text: string): number | undefined {
  if (text.length !== 17 || !FORM.test(text)) return undefined;
  return parseInt(text.replaceAll(text.charAt(2), ""), 16);
}

/** The canonical text, `0a:00:5e:00:53:01`. */
export function formatMac(mac: number): string {
  return (mac.toString(16).padStart(12, "0").match(/../g) ?? []).join(":");
}

/** Whether an interface may carry it: neither a group address nor all zeros (IEEE 802). */
export function isUnicastMac(mac: number): boolean {
  return mac !== 0 && (Math.floor(mac / 2 ** 40) & 1) === 0;
}

/** What a derived MAC depends on; `attempt` grows while the one before is known to somebody else. */
export interface MacSeed {
  readonly podUid: string;
  readonly provider: string;
  readonly attempt: number;
}

/**
 * The MAC of an interface for which none was asked for: 46 bits of SHA-256, locally administered and unicast, so that the same
 * interface gets the same one without anybody writing it down first.
 */
export function deriveMac({ podUid, provider, attempt }: MacSeed): string {
  const digest = createHash("sha256").update(JSON.stringify([podUid, provider, attempt])).digest();
  const local = digest.readUIntBE(0, 6) - digest.readUInt8(0) * 2 ** 40 +
    ((digest.readUInt8(0) & 0xfc) | 0x02) * 2 ** 40;
  return formatMac(local);
}
