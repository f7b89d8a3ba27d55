/** `spec.gateway`: at most one address for each family of the block. */
import { type Address, familyOf, formatAddress, parseAddress, whyNotAddress } from "./address.ts";
import { type Block, blocksOf } from "./block.ts";
import { type Cidr, contains, formatCidr, hostsOf } from "./cidr.ts";
import { includes } from "./interval.ts";
import type { Checked, Problem } from "./problem.ts";
import { quote } from "./quote.ts";

const field = "spec.gateway";

/** One for each family of the block. */
export interface Gateways {
  readonly v4: number | undefined;
  readonly v6: bigint | undefined;
}

/** The first address that can be handed out. */
export function defaultGateway<A extends Address>(cidr: Cidr<A>): A {
  return hostsOf(cidr)?.first ?? cidr.first;
}

/** Those that are there, IPv4 first. */
export function gatewaysOf({ v4, v6 }: Gateways): Address[] {
  return [v4, v6].filter((gateway) => gateway !== undefined);
}

/**
 * Reads `v4`, `v6`, or both in either order; a family that is not given gets the default.
 *
 * A gateway must lie in the block of its family and be an address that a pod could have.
 */
export function parseGateways(text: string, { block }: { readonly block: Block }): Checked<Gateways> {
  const parts = text === "" ? [] : text.split(",", 3);
  const given = parts.flatMap((part) => parseAddress(part) ?? []);
  const problems = parts.flatMap((part) => problemOf(part, block) ?? []);
  if (problems.length === 0 && new Set(given.map(familyOf)).size < parts.length) {
    problems.push(malformed(`${quote(text)} lists more than one address of a family`));
  }
  if (problems.length > 0) return { ok: false, problems };
  const v4 = given.find((gateway) => typeof gateway === "number") ?? (block.v4 && defaultGateway(block.v4));
  const v6 = given.find((gateway) => typeof gateway === "bigint") ?? (block.v6 && defaultGateway(block.v6));
  return { ok: true, value: { v4, v6 } };
}

function problemOf(part: string, block: Block): Problem | undefined {
  const gateway = parseAddress(part);
  if (gateway === undefined) return malformed(whyNotAddress(part));
  const text = formatAddress(gateway), family = familyOf(gateway);
  const cidr = blocksOf(block).find(({ first }) => familyOf(first) === family);
  if (cidr === undefined) {
    const remedy = `remove it, or add an IPv${family} block to spec.cidrBlock`;
    return { field, message: `${text} has no IPv${family} block to lie in`, remedy };
  }
  const hosts = hostsOf(cidr);
  if (hosts && includes(hosts, gateway)) return undefined;
  const remedy = `choose an address inside it, such as ${formatAddress(defaultGateway(cidr))}`;
  const place = !contains(cidr, gateway)
    ? "outside"
    : `the ${gateway === cidr.first ? "network" : "last"} address of`;
  return { field, message: `${text} is ${place} ${formatCidr(cidr)}`, remedy };
}

function malformed(message: string): Problem {
  return {
    field,
    message,
    remedy: "write one address for each family of spec.cidrBlock, separated by a comma",
  };
}
