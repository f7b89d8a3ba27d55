/** What can be wrong with a Subnet by itself. One line per check; each problem names the field and the remedy. */
import { LONGEST_SUBNET_NAME } from "../../crds/address_claim.ts";
import { DEFAULT_VPC } from "../../crds/defaults.ts";
import { isObjectName } from "../../crds/object_name.ts";
import { isOvn, vpcOf } from "../../crds/relations.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { familyOf, parseAddress, whyNotAddress } from "../../ipam/address.ts";
import { contains, parseCidr, whyNotCidr } from "../../ipam/cidr.ts";
import type { Layout } from "../../ipam/layout.ts";
import { listProblems, type Problem } from "../../ipam/problem.ts";
import { quote } from "../../ipam/quote.ts";
import { memo } from "../../reconcile/memo.ts";
import { selectorProblem } from "../namespace/selector.ts";
import { formatSubnet } from "./format.ts";

type Check = (subnet: Subnet, layout: Layout | undefined) => readonly Problem[];

const checks: readonly Check[] = [
  nameFits, // a claim is named after its Subnet
  nameIsNoVpc, // in OVN both are names of routers or switches
  vpcIsAName, // of an object that there may be
  addressesAreInOrder, // cidrBlock, gateway and excludeIps
  hasAddressesOrVlan, // an overlay cannot do without
  protocolFits, // a known word; with a cidrBlock it is overwritten anyway
  selectorsAreKnown, // the API server stores any operator
  vipsAreInside,
  u2oIsInside,
  allowSubnetsAreBlocks,
  egressIsOneOf, // natOutgoing or externalEgressGateway, not both
  egressIsReachable, // at most one address of each family that the Subnet has
  mtuFitsIpv6, // RFC 8200: at least 1280
];

/** Everything that is wrong; empty for a Subnet that can be used as far as its own spec goes. */
export const problemsOf = memo((subnet: Subnet): readonly Problem[] => {
  const formatted = formatSubnet(subnet);
  const layout = formatted.ok ? formatted.layout : undefined;
  return checks.flatMap((check) => check(subnet, layout));
});

function nameFits({ metadata: { name } }: Subnet): readonly Problem[] {
  if (name.length <= LONGEST_SUBNET_NAME) return [];
  const message = `the name has ${name.length} characters, too many for the names of its addresses`;
  const remedy = `choose one of at most ${LONGEST_SUBNET_NAME} characters`;
  return [{ field: "metadata.name", message, remedy }];
}

function nameIsNoVpc(subnet: Subnet): readonly Problem[] {
  const { name } = subnet.metadata;
  if (name !== DEFAULT_VPC && name !== vpcOf(subnet)) return [];
  const message = `${quote(name)} is also the name of a Vpc`;
  return [{ field: "metadata.name", message, remedy: "choose another name" }];
}

function vpcIsAName({ spec: { vpc } }: Subnet): readonly Problem[] {
  if (!vpc || isObjectName(vpc)) return [];
  const remedy = "name one, or leave it out for the default Vpc";
  return [{ field: "spec.vpc", message: `${quote(vpc)} is not the name of a Vpc`, remedy }];
}

function addressesAreInOrder(subnet: Subnet): readonly Problem[] {
  const formatted = formatSubnet(subnet);
  return formatted.ok ? [] : formatted.problems;
}

function hasAddressesOrVlan({ spec }: Subnet): readonly Problem[] {
  if (spec.cidrBlock || spec.vlan || !isOvn(spec.provider)) return [];
  const remedy = "write a block such as 10.16.0.0/16, or name the spec.vlan whose addresses others give out";
  return [{ field: "spec.cidrBlock", message: "there is none", remedy, word: "CIDRInvalid" }];
}

const PROTOCOLS: ReadonlySet<string> = new Set(["", "IPv4", "IPv6", "Dual", "Mac"]);

function protocolFits({ spec: { protocol = "" } }: Subnet): readonly Problem[] {
  if (PROTOCOLS.has(protocol)) return [];
  const message = `${quote(protocol)} is not a protocol`;
  return [{ field: "spec.protocol", message, remedy: "leave it out: it follows from spec.cidrBlock" }];
}

function selectorsAreKnown({ spec }: Subnet): readonly Problem[] {
  return (spec.namespaceSelectors ?? []).flatMap((selector, i) => {
    const problem = selectorProblem(selector);
    return problem ? [{ ...problem, field: `spec.namespaceSelectors[${i}].${problem.field}` }] : [];
  });
}

function vipsAreInside({ spec: { vips = [] } }: Subnet, layout: Layout | undefined): readonly Problem[] {
  const wrong = [...vips.keys()].filter((i) => !isInside(vips[i]!, layout));
  return listProblems(wrong, (i) => outside(`spec.vips[${i}]`, vips[i]!));
}

function u2oIsInside({ spec }: Subnet, layout: Layout | undefined): readonly Problem[] {
  const addresses = spec.u2oInterconnectionIP?.split(",", 3).filter((text) => text !== "") ?? [];
  return addresses.filter((text) => !isInside(text, layout))
    .map((text) => outside("spec.u2oInterconnectionIP", text));
}

function allowSubnetsAreBlocks({ spec: { allowSubnets = [] } }: Subnet): readonly Problem[] {
  const wrong = [...allowSubnets.keys()].filter((i) => parseCidr(allowSubnets[i]!) === undefined);
  return listProblems(wrong, (i) => ({
    field: `spec.allowSubnets[${i}]`,
    message: whyNotCidr(allowSubnets[i]!),
    remedy: "write a block such as 10.16.0.0/16",
  }));
}

function egressIsOneOf({ spec }: Subnet): readonly Problem[] {
  if (!spec.natOutgoing || !spec.externalEgressGateway) return [];
  const message = "it excludes spec.natOutgoing";
  return [{ field: "spec.externalEgressGateway", message, remedy: "keep one of the two" }];
}

function egressIsReachable({ spec }: Subnet, layout: Layout | undefined): readonly Problem[] {
  const field = "spec.externalEgressGateway", remedy = "write one address for each family of spec.cidrBlock";
  const parts = spec.externalEgressGateway ? spec.externalEgressGateway.split(",", 3) : [];
  const addresses = parts.flatMap((part) => parseAddress(part) ?? []), families = addresses.map(familyOf);
  const strange = families.find((family) => layout && !(family === 4 ? layout.v4 : layout.v6));
  const message = addresses.length < parts.length
    ? whyNotAddress(parts.find((part) => parseAddress(part) === undefined)!)
    : new Set(families).size < families.length
    ? "it lists more than one address of a family"
    : strange && `spec.cidrBlock has no IPv${strange} block`;
  return message ? [{ field, message, remedy }] : [];
}

const LEAST_IPV6_MTU = 1280;

function mtuFitsIpv6({ spec: { mtu = 0 } }: Subnet, layout: Layout | undefined): readonly Problem[] {
  if (!layout?.v6 || mtu === 0 || mtu >= LEAST_IPV6_MTU) return [];
  const message = `${mtu} is less than IPv6 needs`;
  return [{ field: "spec.mtu", message, remedy: `write at least ${LEAST_IPV6_MTU}` }];
}

/** True also while there is no readable block to compare with: that is a problem of its own. */
function isInside(text: string, layout: Layout | undefined): boolean {
  if (!layout) return true;
  const address = parseAddress(text), family = typeof address === "number" ? layout.v4 : layout.v6;
  return address !== undefined && family !== undefined && contains(family.cidr, address);
}

function outside(field: string, text: string): Problem {
  const message = `${quote(text)} is not an address inside spec.cidrBlock`;
  return { field, message, remedy: "write one of the block, or remove it" };
}
