/** The counters of a Subnet, computed again from its spec and the addresses that are claimed; shares nothing with the product. */
import ipaddr from "ipaddr.js";
import type { Subnet } from "../../crds/subnet.ts";

type Range = readonly [first: bigint, last: bigint];

/** Field of the status → what it must say. Used, available and excluded addresses together are all there are. */
export function countsOf({ spec }: Subnet, claimed: readonly string[]): Record<string, bigint> {
  const counts: Record<string, bigint> = {};
  for (const family of ["v4", "v6"] as const) {
    const cidr = spec.cidrBlock?.split(",").find((text) => isV6(text) === (family === "v6"));
    const own = (texts: readonly string[]) => texts.filter((text) => isV6(text) === (family === "v6"));
    const addresses = own(claimed.filter((text) => ipaddr.isValid(text))).map(valueOf);
    const hosts = cidr === undefined ? undefined : hostsOf(cidr);
    const excluded = hosts
      ? merged(own(spec.excludeIps ?? []).map((text) => clipped(rangeOf(text), hosts)))
      : [];
    const isFree = (a: bigint) => !excluded.some(([first, last]) => first <= a && a <= last);
    const used = new Set(addresses.filter((a) => hosts && hosts[0] <= a && a <= hosts[1] && isFree(a)));
    const size = hosts ? sizeOf(hosts) - excluded.reduce((sum, range) => sum + sizeOf(range), 0n) : 0n;
    counts[`${family}usingIPs`] = BigInt(used.size);
    counts[`${family}availableIPs`] = size - BigInt(used.size);
  }
  return counts;
}

/** Without the first and the last address, unless there are only two. */
function hostsOf(cidr: string): Range {
  const [text = "", bits] = cidr.split("/"), width = isV6(text) ? 128n : 32n;
  const size = 1n << (width - BigInt(bits!)), first = valueOf(text) / size * size, last = first + size - 1n;
  return size === 2n ? [first, last] : [first + 1n, last - 1n];
}

function rangeOf(entry: string): Range {
  const [from = "", to = from] = entry.split("..");
  return [valueOf(from), valueOf(to)];
}

const clipped = ([first, last]: Range, [least, most]: Range): Range => [
  first < least ? least : first,
  last > most ? most : last,
];

/** Disjoint, in order, without empty ones. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  for (const range of ranges.filter(([a, b]) => a <= b).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)) {
    const before = result.at(-1);
    if (before && range[0] <= before[1]) {
      result[result.length - 1] = [before[0], range[1] > before[1] ? range[1] : before[1]];
    } else result.push(range);
  }
  return result;
}

const sizeOf = ([first, last]: Range): bigint => last - first + 1n;
const isV6 = (text: string): boolean => text.includes(":");
const valueOf = (address: string): bigint =>
  ipaddr.parse(address).toByteArray().reduce((value, byte) => value << 8n | BigInt(byte), 0n);
