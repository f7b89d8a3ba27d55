/** All controllers, and what every cluster has from the start. */
import { DEFAULT_SUBNET, DEFAULT_VPC, JOIN_SUBNET } from "../crds/defaults.ts";
import { Subnet } from "../crds/subnet.ts";
import { Vpc } from "../crds/vpc.ts";
import { type Entry, want } from "../reconcile/plan.ts";
import type { Table } from "../reconcile/table.ts";
import ip from "./ip.ts";
import type { Policy } from "./isolation.ts";
import ipPool from "./ip_pool.ts";
import { iptablesEip } from "./iptables_eip.ts";
import namespace from "./namespace.ts";
import { type GatewayOptions, GATEWAYS } from "./nat_data_plane.ts";
import { natRules } from "./nat_rules.ts";
import node from "./node.ts";
import ovnEip from "./ovn_eip.ts";
import { pods } from "./pod.ts";
import subnet from "./subnet.ts";
import vip from "./vip.ts";
import vpc from "./vpc.ts";
import { vpcNatGateway } from "./vpc_nat_gateway.ts";

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

/** The default Vpc with its default and its join Subnet, created where they are absent. @see BEHAVIOUR §4.12 */
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
