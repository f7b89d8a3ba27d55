/** The vocabulary: every kind there is, and its definition. */
import { within } from "../reconcile/kind.ts";
import { AddressClaim, definition as addressClaim } from "./address_claim.ts";
import {
  AdvancedStatefulSet,
  Namespace,
  NetworkAttachmentDefinition,
  Node,
  Pod,
  StatefulSet,
  VirtualMachine,
} from "./foreign.ts";
import { ConfigMap, Deployment, GATEWAY_NAMESPACE } from "./gateway_parts.ts";
import { definition as ip, IP } from "./ip.ts";
import { definition as ipPool, IPPool } from "./ip_pool.ts";
import { definition as iptablesDnatRule } from "./iptables_dnat_rule.ts";
import { definition as iptablesEip, IptablesEIP } from "./iptables_eip.ts";
import { definition as iptablesFipRule } from "./iptables_fip_rule.ts";
import { definition as iptablesSnatRule } from "./iptables_snat_rule.ts";
import { ruleKinds } from "./nat_rules.ts";
import { definition as ovnEip, OvnEip } from "./ovn_eip.ts";
import { definition as subnet, Subnet } from "./subnet.ts";
import { definition as vip, Vip } from "./vip.ts";
import { definition as vlan, Vlan } from "./vlan.ts";
import { definition as vpc, Vpc } from "./vpc.ts";
import { definition as vpcNatGateway, VpcNatGateway } from "./vpc_nat_gateway.ts";

/** The kinds that some table acts on or reads: these are watched. */
export const kinds = kindsIn([GATEWAY_NAMESPACE]);

/** @param namespaces those in which NAT gateways may run */
export function kindsIn(namespaces: readonly string[]) {
  return [
    Vpc,
    Vlan,
    Subnet,
    IPPool,
    IP,
    AddressClaim,
    NetworkAttachmentDefinition,
    Namespace,
    Node,
    Pod,
    Vip,
    IptablesEIP,
    OvnEip,
    ...ruleKinds,
    VpcNatGateway,
    StatefulSet,
    AdvancedStatefulSet,
    VirtualMachine,
    within(Deployment, namespaces),
    within(ConfigMap, namespaces),
  ] as const;
}

/** The CRD of every custom kind, also of those that no table acts on yet. */
export const definitions = [
  vpc,
  subnet,
  ip,
  addressClaim,
  ipPool,
  vip,
  vlan,
  iptablesEip,
  iptablesFipRule,
  iptablesDnatRule,
  iptablesSnatRule,
  vpcNatGateway,
  ovnEip,
] as const;
