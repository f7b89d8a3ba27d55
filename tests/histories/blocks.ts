/** The addresses of a small Subnet, one by one: nothing is shared with the arithmetic that it checks. */
import type { Subnet } from "../../crds/subnet.ts";

export interface Block {
  readonly families: readonly (4 | 6)[];
  /** Everything between the network and the last address. */
  readonly hosts: ReadonlySet<string>;
  readonly gateways: ReadonlySet<string>;
  readonly excluded: ReadonlySet<string>;
}

const known = new WeakMap<object, Block>();

/** Of a spec as users of a simulation write it: blocks of at most 256 addresses that differ in their last number only. */
export function blockOf(spec: Subnet["spec"]): Block {
  let block = known.get(spec);
  if (!block) known.set(spec, block = read(spec));
  return block;
}

function read({ cidrBlock = "", gateway, excludeIps = [] }: Subnet["spec"]): Block {
  const blocks = cidrBlock.split(",").filter((cidr) => cidr !== "").map(hostsOf);
  const given = gateway?.split(",") ?? [];
  return {
    families: blocks.map(({ family }) => family),
    hosts: new Set(blocks.flatMap(({ hosts }) => hosts)),
    gateways: new Set(
      blocks.map(({ hosts, family }) => given.find((g) => familyOf(g) === family) ?? hosts[0]!),
    ),
    excluded: new Set(excludeIps.flatMap(rangeOf)),
  };
}

function hostsOf(cidr: string): { family: 4 | 6; hosts: string[] } {
  const [network = "", bits = ""] = cidr.split("/"), family = familyOf(network);
  const size = 2 ** ((family === 4 ? 32 : 128) - Number(bits)), { prefix, last } = split(network);
  return { family, hosts: Array.from({ length: size - 2 }, (_, i) => join(prefix, last + i + 1)) };
}

/** `a` or `a..b`, address by address. */
export function rangeOf(entry: string): string[] {
  const [from = "", to = from] = entry.split(".."), { prefix, last } = split(from);
  return Array.from({ length: split(to).last - last + 1 }, (_, i) => join(prefix, last + i));
}

export const familyOf = (address: string): 4 | 6 => address.includes(":") ? 6 : 4;

function split(address: string): { prefix: string; last: number } {
  const v6 = address.includes(":"), at = address.lastIndexOf(v6 ? ":" : ".") + 1;
  return { prefix: address.slice(0, at), last: parseInt(address.slice(at) || "0", v6 ? 16 : 10) };
}

const join = (prefix: string, last: number): string => prefix + last.toString(prefix.includes(":") ? 16 : 10);
