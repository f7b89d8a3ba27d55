/** The networks of a gateway: one in its Vpc, and one in each external Subnet. */
import { isObjectName } from "../../crds/object_name.ts";
import { isOvn, vpcOf } from "../../crds/relations.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { externalSubnetsOf, VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { familyOf, parseAddress, whyNotAddress } from "../../ipam/address.ts";
import { parseCidr, whyNotCidr } from "../../ipam/cidr.ts";
import { refusalByLayout } from "../../ipam/admit.ts";
import type { Layout } from "../../ipam/layout.ts";
import { quote } from "../../ipam/quote.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { type Obstacle, obstacle } from "../common/obstacle.ts";
import { usable } from "../subnet/usable.ts";

/** A NetworkAttachmentDefinition by which a gateway is attached to an external Subnet. */
export interface Attachment {
  readonly subnet: Subnet;
  readonly provider: string;
  readonly name: string;
  readonly namespace: string;
}

export interface Networks {
  readonly ok: true;
  readonly subnet: Subnet;
  readonly external: readonly Attachment[];
}

/** Longest list of external Subnets: each is an interface of every pod. */
const MOST = 8;

export function networksOf(gateway: VpcNatGateway, view: View): Networks | Obstacle {
  const { spec } = gateway, names = externalSubnetsOf(gateway);
  const vpc = vpcProblem(gateway, view);
  if (vpc) return vpc;
  const internal = subnetOf("spec.subnet", spec.subnet ?? "", view);
  if (!internal.ok) return internal;
  const { subnet } = internal;
  if (vpcOf(subnet) !== spec.vpc || !isOvn(subnet.spec.provider)) {
    return obstacle(
      "spec.subnet",
      `Subnet ${keyOf(subnet)} is not of Vpc ${spec.vpc}; name one of its Subnets`,
      [
        [Subnet, keyOf(subnet)],
      ],
    );
  }
  const lan = spec.lanIp ? lanProblem(spec.lanIp, internal.layout) : undefined;
  if (lan) {
    return obstacle("spec.lanIp", `${lan}; choose an address of Subnet ${keyOf(subnet)}`, [[
      Subnet,
      keyOf(subnet),
    ]]);
  }
  if (names.length > MOST) {
    return obstacle("spec.externalSubnets", `lists more than ${MOST} Subnets; name fewer`);
  }
  const external: Attachment[] = [];
  for (const [i, name] of names.entries()) {
    const attached = attachmentOf(`spec.externalSubnets[${i}]`, name, view);
    if (!attached.ok) return attached;
    if (external.some(({ provider }) => provider === attached.provider)) {
      return obstacle(
        `spec.externalSubnets[${i}]`,
        `Subnet ${name} has the provider of another one; name one of the two`,
      );
    }
    external.push(attached);
  }
  return { ok: true, subnet, external };
}

function vpcProblem({ spec }: VpcNatGateway, view: View): Obstacle | undefined {
  const field = "spec.vpc", name = spec.vpc ?? "";
  if (!isObjectName(name)) return obstacle(field, `${quote(name)} is not the name of a Vpc; name one`);
  const vpc = view.get(Vpc, name);
  if (!vpc) {
    return obstacle(field, `Vpc ${name} does not exist; create it, or name another one`, [[Vpc, name]]);
  }
  return isDeleting(vpc) ? obstacle(field, `Vpc ${name} is being deleted`, [[Vpc, name]]) : undefined;
}

type Found = { readonly ok: true; readonly subnet: Subnet; readonly layout: Layout } | Obstacle;

function subnetOf(field: string, name: string, view: View): Found {
  if (!isObjectName(name)) return obstacle(field, `${quote(name)} is not the name of a Subnet; name one`);
  const subnet = view.get(Subnet, name);
  if (!subnet) {
    return obstacle(field, `Subnet ${name} does not exist; create it, or name another one`, [[Subnet, name]]);
  }
  const state = usable(subnet, view);
  if (state.ok) return { ok: true, subnet, layout: state.layout };
  const unusable = obstacle(field, `Subnet ${name} cannot be used: ${state.message}`, state.until);
  return { ...unusable, passing: state.passing === true };
}

function lanProblem(text: string, layout: Layout): string | undefined {
  const address = parseAddress(text);
  return address === undefined ? whyNotAddress(text) : refusalByLayout(address, layout)?.message;
}

/** The provider of such a Subnet is `<nad>.<namespace>`, or `<nad>.<namespace>.ovn`. */
function attachmentOf(
  field: string,
  name: string,
  view: View,
): ({ readonly ok: true } & Attachment) | Obstacle {
  const found = subnetOf(field, name, view);
  if (!found.ok) return found;
  const { subnet } = found, provider = subnet.spec.provider ?? "";
  const nad = isOvn(provider) ? provider.slice(0, -".ovn".length) : provider;
  const dot = nad.lastIndexOf(".");
  if (dot <= 0 || dot === nad.length - 1) {
    const message =
      `Subnet ${name} has provider ${quote(provider)}, which is no NetworkAttachmentDefinition; ` +
      `set its provider to <name>.<namespace> of one`;
    return obstacle(field, message, [[Subnet, name]]);
  }
  return { ok: true, subnet, provider, name: nad.slice(0, dot), namespace: nad.slice(dot + 1) };
}

export interface Route {
  readonly dst: string;
  readonly gw: string;
}

/** `spec.routes` as pods are told. */
export function routesOf(
  { spec }: VpcNatGateway,
): { readonly ok: true; readonly routes: readonly Route[] } | Obstacle {
  const routes: Route[] = [];
  for (const [i, { cidr = "", nextHopIP = "" }] of (spec.routes ?? []).entries()) {
    const block = parseCidr(cidr), hop = parseAddress(nextHopIP);
    if (!block) return obstacle(`spec.routes[${i}].cidr`, `${whyNotCidr(cidr)}; write a CIDR`);
    if (hop === undefined) {
      return obstacle(`spec.routes[${i}].nextHopIP`, `${whyNotAddress(nextHopIP)}; write an address`);
    }
    if (familyOf(block.first) !== familyOf(hop)) {
      return obstacle(
        `spec.routes[${i}]`,
        `${cidr} and ${nextHopIP} are of different families; write both of one`,
      );
    }
    routes.push({ dst: cidr, gw: nextHopIP });
  }
  return { ok: true, routes };
}
