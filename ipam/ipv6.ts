/** IPv6 addresses as bigints from 0 to 2^128 − 1. */
import { parseIpv4 } from "./ipv4.ts";

const COLON = 58;

// Shared by all calls: nothing here calls back, so nobody sees it half filled.
const bytes = new DataView(new ArrayBuffer(16));

/**
 * Reads an address in any of the forms of RFC 4291 §2.2, in either case; no zone, no prefix length. What Go's
 * `netip.ParseAddr` takes without zone is taken here, and nothing else.
 *
 * @returns `undefined` for anything else.
 */
export function parseIpv6(text: string): bigint | undefined {
  if (text.length < 2 || text.length > 45) return undefined;
  let groups = 0, gap = -1, i = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return undefined;
    gap = 0;
    i = 2;
  }
  while (i < text.length) {
    if (groups === 8) return undefined;
    const start = i;
    let group = 0;
    for (; i < text.length; i++) {
      const digit = hexDigit(text.charCodeAt(i));
      if (digit < 0) break;
      group = group * 16 + digit;
      if (i - start === 4) return undefined;
    }
    if (i < text.length && text.charCodeAt(i) !== COLON) {
      const tail = groups <= 6 ? parseIpv4(text.slice(start)) : undefined;
      if (tail === undefined) return undefined;
      bytes.setUint32(groups * 2, tail);
      groups += 2;
      break;
    }
    if (i === start) return undefined;
    bytes.setUint16(groups++ * 2, group);
    if (i === text.length) break;
    if (++i === text.length) return undefined;
    if (text.charCodeAt(i) === COLON) {
      if (gap >= 0) return undefined;
      gap = groups;
      i++;
    }
  }
  if (gap >= 0 ? groups === 8 : groups !== 8) return undefined;
  if (gap >= 0) widen(gap, groups);
  return (bytes.getBigUint64(0) << 64n) | bytes.getBigUint64(8);
}

/** Moves the groups after the gap to the end and fills the gap with zeros. */
function widen(gap: number, groups: number): void {
  const shift = 8 - groups;
  for (let i = 7; i >= gap + shift; i--) bytes.setUint16(i * 2, bytes.getUint16((i - shift) * 2));
  for (let i = gap; i < gap + shift; i++) bytes.setUint16(i * 2, 0);
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The canonical text: lower case, no leading zeros, the longest run of zero groups as `::`, the first of equals (RFC 5952 §4). */
export function formatIpv6(address: bigint): string {
  bytes.setBigUint64(0, address >> 64n);
  bytes.setBigUint64(8, address);
  let gap = -1, width = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && bytes.getUint16(end * 2) === 0) end++;
    if (end - i > width) {
      gap = i;
      width = end - i;
    }
    i = end;
  }
  let text = "";
  for (let i = 0; i < 8; i++) {
    if (i === gap) {
      text += "::";
      i += width - 1;
      continue;
    }
    if (i > 0 && i !== gap + width) text += ":";
    text += bytes.getUint16(i * 2).toString(16);
  }
  return text;
}
