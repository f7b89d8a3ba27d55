/** Rules that stand alone, by their text. */
import ipaddr from "ipaddr.js";
import type { Json } from "../../kube/api.ts";

/** @param old the value before; `undefined` on creation. */
export type Predicate = (self: Json, old: Json) => boolean;

export const known: ReadonlyMap<string, Predicate> = new Map<string, Predicate>([
  [
    "!has(oldSelf.ipAddress) || oldSelf.ipAddress == '' || (has(self.ipAddress) && (self.ipAddress == oldSelf.ipAddress || " +
    "self.ipAddress.startsWith(oldSelf.ipAddress + ',') || self.ipAddress.endsWith(',' + oldSelf.ipAddress)))",
    (self, { ipAddress: old }) => {
      const now: string | undefined = self.ipAddress;
      return !old || now === old || now?.startsWith(`${old},`) || now?.endsWith(`,${old}`) || false;
    },
  ],
  [
    "isIP(self) ? ip.isCanonical(self) : self.matches('^([0-9a-f]{2}(:[0-9a-f]{2}){5}|vip-[0-9a-z-]+)$')",
    (self) =>
      family(self) ? canonical(self) === self : /^([0-9a-f]{2}(:[0-9a-f]{2}){5}|vip-[0-9a-z-]+)$/.test(self),
  ],
  [
    "oldSelf.hasValue() || self.metadata.name == self.spec.subnet + '.' + (" +
    "isIP(self.spec.address) && ip(self.spec.address).family() == 4 ? self.spec.address : " +
    "isIP(self.spec.address) ? '6x' + self.spec.address.replace(':', '-') + 'x' : " +
    "self.spec.address.startsWith('vip-') ? self.spec.address : " +
    "'mac-' + self.spec.address.replace(':', '-'))",
    ({ metadata, spec: { subnet, address } }, old) => {
      const dashed = address.replaceAll(":", "-");
      const which = family(address), asItIs = which === 4 || address.startsWith("vip-");
      const key = asItIs ? address : which === 6 ? `6x${dashed}x` : `mac-${dashed}`;
      return old !== undefined || metadata.name === `${subnet}.${key}`;
    },
  ],
  ["self == '' || self.split(',').all(c, isCIDR(c))", (self) => self === "" || entries(self).every(cidr)],
  [
    "self.split(',').all(c, !isCIDR(c) || cidr(c).prefixLength() < (cidr(c).ip().family() == 4 ? 32 : 128))",
    (self) => entries(self).every((entry) => isRoomy(cidr(entry))),
  ],
  [
    "self.split(',').filter(c, isCIDR(c) && cidr(c).ip().family() == 4).size() <= 1 && " +
    "self.split(',').filter(c, isCIDR(c) && cidr(c).ip().family() == 6).size() <= 1",
    (self) => {
      const families = entries(self).flatMap((entry) => cidr(entry)?.family ?? []);
      return new Set(families).size === families.length;
    },
  ],
]);

function entries(text: string): string[] {
  return text.split(",");
}

const MOST_TEXTS = 10_000;
const families = new Map<string, 4 | 6 | undefined>();

/** 4, 6, or `undefined` when the text is no address; like CEL's `isIP`, no zone and no IPv4 inside IPv6. */
function family(text: string): 4 | 6 | undefined {
  if (families.has(text)) return families.get(text);
  if (families.size >= MOST_TEXTS) families.clear();
  const found = readFamily(text);
  families.set(text, found);
  return found;
}

function readFamily(text: string): 4 | 6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return /(^|\.)0\d/.test(text) ? undefined : 4;
  return !text.includes("%") && !text.includes(".") && ipaddr.IPv6.isValid(text) ? 6 : undefined;
}

function canonical(address: string): string {
  return family(address) === 4 ? address : ipaddr.IPv6.parse(address).toRFC5952String();
}

interface Cidr {
  readonly family: 4 | 6;
  readonly length: number;
}

function cidr(text: string): Cidr | undefined {
  const [address = "", length = "", ...more] = text.split("/");
  const which = family(address);
  if (!which || more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  return Number(length) <= (which === 4 ? 32 : 128) ? { family: which, length: Number(length) } : undefined;
}

function isRoomy(cidr: Cidr | undefined): boolean {
  return cidr === undefined || cidr.length < (cidr.family === 4 ? 32 : 128);
}
