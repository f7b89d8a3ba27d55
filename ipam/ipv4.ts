/** IPv4 addresses as numbers from 0 to 2^32 − 1. */

const DOT = 46, ZERO = 48;

/**
 * Reads four decimal octets, strictly: `10.1` and `010.0.0.1`, which other parsers take for something, are nothing here.
 *
 * @returns `undefined` for anything else.
 */
export function parseIpv4(text: string): number | undefined {
  if (text.length < 7 || text.length > 15) return undefined;
  let address = 0, octet = 0, digits = 0, dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return undefined;
      address = address * 256 + octet;
      octet = digits = 0;
      continue;
    }
    const digit = code - ZERO;
    const leadingZero = digits > 0 && octet === 0;
    if (digit < 0 || digit > 9 || leadingZero) return undefined;
    octet = octet * 10 + digit;
    digits++;
    if (octet > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? address * 256 + octet : undefined;
}

/** `10.16.0.1` */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}
