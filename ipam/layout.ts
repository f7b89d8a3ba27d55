/** What a subnet's spec says about its addresses, ready to compute with. */
import { formatAddress } from "./address.ts";
import { formatBlock, parseBlock, type Protocol, protocolOf } from "./block.ts";
import { formatExclusions, parseExclusions } from "./exclude.ts";
import { type FamilyLayout, familyLayout, sameFamilyLayout } from "./family_layout.ts";
import { gatewaysOf, parseGateways } from "./gateway.ts";
import type { Problem } from "./problem.ts";

/** The fields of a subnet's spec as they were written. */
export interface LayoutSpec {
  readonly cidrBlock: string;
  /** Absent or empty: the first address of every block. */
  readonly gateway?: string | undefined;
  readonly excludeIps?: readonly string[] | undefined;
}

/** The same fields as they are written back. */
export interface NormalisedSpec {
  readonly cidrBlock: string;
  readonly gateway: string;
  readonly excludeIps: readonly string[];
  readonly protocol: Protocol;
}

/** At least one of the two is there. */
export interface Layout {
  readonly v4: FamilyLayout<number> | undefined;
  readonly v6: FamilyLayout<bigint> | undefined;
}

/** Whether both give the same addresses to hand out, by themselves and on request. */
export function sameLayout(a: Layout | undefined, b: Layout | undefined): boolean {
  return sameFamilyLayout(a?.v4, b?.v4) && sameFamilyLayout(a?.v6, b?.v6);
}

export type LayoutResult =
  | { readonly ok: true; readonly layout: Layout; readonly normalised: NormalisedSpec }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the spec as a whole, or says everything that is wrong with it. */
export function parseLayout({ cidrBlock, gateway = "", excludeIps = [] }: LayoutSpec): LayoutResult {
  const block = parseBlock(cidrBlock);
  const gateways = block.ok ? parseGateways(gateway, { block: block.value }) : undefined;
  const exclusions = parseExclusions(excludeIps, {
    gateways: gateways?.ok ? gatewaysOf(gateways.value) : [],
  });
  if (!block.ok || !gateways?.ok || !exclusions.ok) {
    const problems = [block, gateways, exclusions].flatMap((part) => part && !part.ok ? part.problems : []);
    return { ok: false, problems };
  }
  const { v4: gateway4, v6: gateway6 } = gateways.value;
  const { v4, v6 } = block.value;
  return {
    ok: true,
    layout: {
      v4: v4 && gateway4 !== undefined
        ? familyLayout(v4, { gateway: gateway4, exclusions: exclusions.value.v4 })
        : undefined,
      v6: v6 && gateway6 !== undefined
        ? familyLayout(v6, { gateway: gateway6, exclusions: exclusions.value.v6 })
        : undefined,
    },
    normalised: {
      cidrBlock: formatBlock(block.value),
      gateway: gatewaysOf(gateways.value).map(formatAddress).join(","),
      excludeIps: formatExclusions(exclusions.value),
      protocol: protocolOf(block.value),
    },
  };
}
