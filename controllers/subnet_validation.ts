/** What can be wrong with a Subnet by itself. One line per check; each names the field and the remedy. */
import { LONGEST_SUBNET_NAME } from "../crds/address_claim.ts";
import { DEFAULT_VPC } from "../crds/defaults.ts";
import { vpcOf } from "../crds/relations.ts";
import type { Subnet } from "../crds/subnet.ts";
import { parseAddress } from "../ipam/address.ts";
import { contains } from "../ipam/cidr.ts";
import type { Layout } from "../ipam/layout.ts";
import type { Problem } from "../ipam/problem.ts";
import { quote } from "../ipam/quote.ts";
import { selectorProblem } from "./selector.ts";
import { formatSubnet } from "./subnet_format.ts";

type Check = (subnet: Subnet, layout: Layout | undefined) => readonly Problem[];

const checks: readonly Check[] = [
  nameFits, // a claim is named after its Subnet
  nameIsNoVpc, // both are logical switches or routers under one name in OVN
  selectorsAreSelectors, // the API server stores any operator
  vipsInside,
  u2oInside,
];

/** Everything that is wrong; empty for a Subnet that can be used as far as its own spec goes. */
export function problemsOf(subnet: Subnet): readonly Problem[] {
  const formatted = formatSubnet(subnet);
  const layout = formatted.ok ? formatted.layout : undefined;
  return [...(formatted.ok ? [] : formatted.problems), ...checks.flatMap((check) => check(subnet, layout))];
}

function nameFits({ metadata: { name } }: Subnet): Problem[] {
  if (name.length <= LONGEST_SUBNET_NAME) return [];
  const message = `the name has ${name.length} characters, and claims of its addresses would have too many`;
  return [{
    field: "metadata.name",
    message,
    remedy: `choose one of at most ${LONGEST_SUBNET_NAME} characters`,
  }];
}

function nameIsNoVpc(subnet: Subnet): Problem[] {
  const { name } = subnet.metadata;
  if (name !== DEFAULT_VPC && name !== vpcOf(subnet)) return [];
  return [{
    field: "metadata.name",
    message: `${quote(name)} is the name of its Vpc`,
    remedy: "choose another name",
  }];
}

function selectorsAreSelectors({ spec }: Subnet): Problem[] {
  return (spec.namespaceSelectors ?? []).flatMap((selector, i) => {
    const problem = selectorProblem(selector);
    return problem ? [{ ...problem, field: `spec.namespaceSelectors[${i}].${problem.field}` }] : [];
  });
}

function vipsInside({ spec }: Subnet, layout: Layout | undefined): Problem[] {
  return (spec.vips ?? []).flatMap((vip, i) => inside(`spec.vips[${i}]`, vip, layout));
}

function u2oInside({ spec }: Subnet, layout: Layout | undefined): Problem[] {
  if (!spec.u2oInterconnection || !spec.u2oInterconnectionIP) return [];
  return spec.u2oInterconnectionIP.split(",").flatMap((ip) =>
    inside("spec.u2oInterconnectionIP", ip, layout)
  );
}

function inside(field: string, text: string, layout: Layout | undefined): Problem[] {
  if (!layout) return [];
  const address = parseAddress(text), family = typeof address === "number" ? layout.v4 : layout.v6;
  if (address !== undefined && family && contains(family.cidr, address)) return [];
  const message = `${quote(text)} is not an address inside spec.cidrBlock`;
  return [{ field, message, remedy: "write an address of the block, or remove it" }];
}
