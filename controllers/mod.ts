/** All controllers, and what every cluster has from the start. */
import { DEFAULT_SUBNET, DEFAULT_VPC, JOIN_SUBNET } from "../crds/defaults.ts";
import { Subnet } from "../crds/subnet.ts";
import { Vpc } from "../crds/vpc.ts";
import { type Entry, want } from "../reconcile/plan.ts";
import type { Table } from "../reconcile/table.ts";
import ip from "./ip/ip.ts";
import type { Policy } from "./namespace/isolation.ts";
import ipPool from "./pool/ip_pool.ts";
import { iptablesEip } from "./nat/iptables_eip.ts";
import namespace from "./namespace/namespace.ts";
import { type GatewayOptions, GATEWAYS } from "./nat/data_plane.ts";
import { natRules } from "./nat/rules.ts";
import node from "./node/node.ts";
import ovnEip from "./holder/ovn_eip.ts";
import { pods } from "./pod/pod.ts";
import subnet from "./subnet/subnet.ts";
import vip from "./holder/vip.ts";
import vpc from "./vpc/vpc.ts";
import { vpcNatGateway } from "./gateway/vpc_nat_gateway.ts";

/** With what {@link GATEWAYS} says of NAT gateways, and with namespaces that may name anything. */
export const tables = tablesWith(GATEWAYS);

export function tablesWith(options: GatewayOptions & Policy): readonly Table[] {
  return [
    vpc,
    subnet,
    ipPool,
    namespace,
    node,
    pods(options),
    ip,
    vip,
    ovnEip,
    iptablesEip(options),
    natRules(options),
    vpcNatGateway(options),
  ];
}

export interface SeedOptions {
  /** Block of the default Subnet (`--default-cidr`). */
  readonly defaultCidr?: string;
  /** Block of the join Subnet (`--node-switch-cidr`). */
  readonly joinCidr?: string;
}

/** The default Vpc with its default and its join Subnet, created where they are absent. */
export function seeds(
  { defaultCidr = "10.16.0.0/16", joinCidr = "100.64.0.0/16" }: SeedOptions = {},
): readonly Entry[] {
  const ovn = { vpc: DEFAULT_VPC, provider: "ovn" };
  return [
    want(Vpc, { metadata: { name: DEFAULT_VPC }, spec: {} }),
    want(Subnet, {
      metadata: { name: DEFAULT_SUBNET },
      spec: { ...ovn, cidrBlock: defaultCidr, default: true, natOutgoing: true },
    }),
    want(Subnet, { metadata: { name: JOIN_SUBNET }, spec: { ...ovn, cidrBlock: joinCidr } }),
  ];
}
