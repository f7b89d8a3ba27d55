/** `spec.cidrBlock`: one block, or one for each family. */
import { type Cidr, formatCidr, hostsOf, parseCidr, whyNotCidr } from "./cidr.ts";
import { isIpv4, isIpv6 } from "./interval.ts";
import type { Checked, Problem } from "./problem.ts";
import { quote } from "./quote.ts";
import { specialOverlap } from "./special.ts";

/** At least one of the two is there. */
export interface Block {
  readonly v4: Cidr<number> | undefined;
  readonly v6: Cidr<bigint> | undefined;
}

export type Protocol = "IPv4" | "IPv6" | "Dual";

/**
 * Reads `v4`, `v6`, `v4,v6` or `v6,v4` and clears host bits.
 *
 * Refused: blocks of a single address, two of one family, and whatever reaches into a special-purpose block.
 */
export function parseBlock(text: string): Checked<Block> {
  const parts = text.split(",", 3);
  const cidrs = parts.flatMap((part) => parseCidr(part) ?? []);
  const problems = parts.flatMap((part) => problemOf(part) ?? []);
  const [v4, v6] = [cidrs.find(isIpv4), cidrs.find(isIpv6)];
  if (problems.length === 0 && blocksOf({ v4, v6 }).length < parts.length) {
    problems.push(
      problem(
        `${quote(text)} lists more than one block of a family`,
        "write at most one block for each family",
      ),
    );
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { v4, v6 } };
}

/** Those that are there, IPv4 first. */
export function blocksOf({ v4, v6 }: Block): Cidr[] {
  return [v4, v6].filter((cidr) => cidr !== undefined);
}

/** `10.16.0.0/16,fd00:10:16::/112` */
export function formatBlock(block: Block): string {
  return blocksOf(block).map(formatCidr).join(",");
}

export function protocolOf({ v4, v6 }: Block): Protocol {
  return v4 && v6 ? "Dual" : v4 ? "IPv4" : "IPv6";
}

function problemOf(part: string): Problem | undefined {
  const cidr = parseCidr(part);
  if (cidr === undefined) {
    return problem(whyNotCidr(part), "write a block such as 10.16.0.0/16 or fd00:10:16::/112");
  }
  if (hostsOf(cidr) === undefined) {
    return problem(
      `InvalidNetworkMask: ${formatCidr(cidr)} has a single address`,
      "choose a shorter prefix length",
    );
  }
  const special = specialOverlap(cidr);
  return special === undefined
    ? undefined
    : problem(`${formatCidr(cidr)} overlaps ${special}`, "choose a block of ordinary unicast addresses");
}

function problem(message: string, remedy: string): Problem {
  return { field: "spec.cidrBlock", message, remedy, word: "CIDRInvalid" };
}
