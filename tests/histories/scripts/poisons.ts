/** Objects that are wrong, each in its own way, and nobody else's business. */
import { Namespace, NetworkAttachmentDefinition, Pod } from "../../../crds/foreign.ts";
import { IPPool } from "../../../crds/ip_pool.ts";
import { IptablesEIP } from "../../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../../crds/iptables_fip_rule.ts";
import { OvnEip } from "../../../crds/ovn_eip.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vip } from "../../../crds/vip.ts";
import { VpcNatGateway } from "../../../crds/vpc_nat_gateway.ts";
import type { Kind } from "../../../reconcile/kind.ts";
import type { Action } from "../action.ts";
import { TYPO } from "../pools.ts";
import { user } from "../setup.ts";
import { create } from "../users/user.ts";

/** All are called so. */
export const POISON = "a-poison";

const both = ["red", "green"];
const poison = (kind: Kind, spec: unknown): Action =>
  user(`poison ${kind.kind}`, create(kind, { metadata: { name: POISON }, spec }));
const pod = (annotations: Record<string, string>): Action =>
  user(
    "poison Pod",
    create(Pod, {
      metadata: { name: POISON, namespace: "red", annotations },
      spec: { containers: [{ name: "c", image: "i" }] },
    }),
  );
const key = (suffix: string): string => `ovn.kubernetes.io/${suffix}`;

export const poisons: Readonly<Record<string, Action>> = {
  "a Subnet of a Vpc that is not there": poison(Subnet, {
    cidrBlock: "10.9.0.0/26",
    vpc: "ghost",
    namespaces: both,
  }),
  "a Subnet with a gateway outside": poison(Subnet, {
    cidrBlock: "10.9.0.0/26",
    gateway: "10.8.0.1",
    namespaces: both,
  }),
  "a Subnet with excludes that cannot be read": poison(Subnet, {
    cidrBlock: "10.9.0.0/26",
    excludeIps: ["10.9.0.9..10.9.0.3", "constructor"],
    namespaces: both,
  }),
  "a Subnet that overlaps the default one": poison(Subnet, { cidrBlock: "10.16.0.0/24", namespaces: both }),
  "a Subnet with a selector that nobody understands": poison(Subnet, {
    cidrBlock: "10.9.0.0/26",
    excludeIps: ["x"],
    namespaceSelectors: [{ matchExpressions: [{ key: "team", operator: "Bogus" }] }],
  }),
  "a Subnet of a Vlan that is not there": poison(Subnet, {
    cidrBlock: "10.9.0.0/26",
    vlan: "ghost",
    namespaces: both,
  }),
  "a pool of a Subnet that is not there": poison(IPPool, { subnet: "ghost", ips: ["10.9.0.3"] }),
  "a pool with entries that cannot be read": poison(IPPool, {
    subnet: "sn1",
    ips: [TYPO],
  }),
  "a Vip in a Subnet that is not there": poison(Vip, { subnet: "ghost", v4ip: "10.9.0.3" }),
  "an EIP in a Subnet that is not there": poison(OvnEip, { externalSubnet: "ghost" }),
  "an EIP of a gateway that is not there": poison(IptablesEIP, { natGwDp: "ghost", externalSubnet: "ghost" }),
  "a rule of an EIP that is not there": poison(IptablesFIPRule, { eip: "ghost", internalIp: "10.9.0.2" }),
  "a gateway of a Vpc that is not there": poison(VpcNatGateway, {
    vpc: "ghost",
    subnet: "ghost",
    lanIp: "x",
  }),
  "a network whose config cannot be read": user(
    "poison network",
    create(NetworkAttachmentDefinition, {
      metadata: { name: POISON, namespace: "red" },
      spec: { config: "{" },
    }),
  ),
  "a namespace that says nonsense": user(
    "poison namespace",
    create(Namespace, {
      metadata: { name: POISON, annotations: { [key("logical_switch")]: "__proto__", [key("cidr")]: "x" } },
    }),
  ),
  "a pod that asks for nonsense": pod({ [key("ip_address")]: "300.1.2.3", [key("mac_address")]: "x" }),
  "a pod that asks for a Subnet called constructor": pod({ [key("logical_switch")]: "constructor" }),
  "a pod with a megabyte of addresses": pod({ [key("ip_pool")]: "10.9.0.1,".repeat(10_000) }),
};
