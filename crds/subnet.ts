/** Subnet: a range of addresses, one or two families, from which pods and others are served. */
import { kind } from "../reconcile/kind.ts";
import { cidrBlock } from "./cidr_block.ts";
import { conditions } from "./conditions.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { boolean, counter, integer, list, open, string } from "./schema.ts";
import { labelSelector } from "./selector.ts";

const natOutgoingPolicyMatch = open({ srcIPs: string(), dstIPs: string() });

const spec = open({
  default: boolean().doc("Serves the namespaces that no other Subnet names."),
  vpc: string().doc("Name of its Vpc; empty: the default one, if the provider is ovn."),
  protocol: string().doc("IPv4, IPv6 or Dual, as cidrBlock says; Mac without cidrBlock."),
  namespaces: list(string()).doc("Namespaces that it serves, by name."),
  namespaceSelectors: list(labelSelector).doc("Namespaces that it serves, by any of these selectors."),
  cidrBlock,
  gateway: string().doc("One address per family; by default the first usable one."),
  excludeIps: list(string()).doc("Addresses and ranges a..b that only an explicit request gets."),
  provider: string().doc("ovn, <nad>.<namespace>.ovn, or <nad>.<namespace> of another CNI."),
  gatewayType: string(),
  gatewayNode: string(),
  gatewayNodeSelectors: list(labelSelector),
  natOutgoing: boolean(),
  natOutgoingPolicyRules: list(open({ action: string(), match: natOutgoingPolicyMatch })),
  externalEgressGateway: string(),
  policyRoutingPriority: integer(),
  policyRoutingTableID: integer(),
  mtu: integer(),
  private: boolean(),
  allowSubnets: list(string()),
  allowEWTraffic: boolean(),
  acls: list(open({ action: string(), direction: string(), match: string(), priority: integer() })),
  vlan: string().doc("Name of its Vlan, if it is an underlay."),
  logicalGateway: boolean(),
  disableGatewayCheck: boolean(),
  disableInterConnection: boolean(),
  enableDHCP: boolean(),
  dhcpV4Options: string(),
  dhcpV6Options: string(),
  enableIPv6RA: boolean(),
  ipv6RAConfigs: string(),
  enableLb: boolean(),
  enableEcmp: boolean(),
  enableExternalLBAddress: boolean(),
  enableMulticastSnoop: boolean(),
  routeTable: string(),
  nodeNetwork: string(),
  vips: list(string()),
  u2oInterconnection: boolean(),
  u2oInterconnectionIP: string(),
  u2oFeatures: open({ overlayOnlyRouting: boolean() }),
}).default({});

const status = open({
  conditions,
  v4availableIPs: counter(),
  v4availableIPrange: string(),
  v4usingIPs: counter(),
  v4usingIPrange: string(),
  v6availableIPs: counter(),
  v6availableIPrange: string(),
  v6usingIPs: counter(),
  v6usingIPrange: string(),
  activateGateway: string(),
  dhcpV4OptionsUUID: string(),
  dhcpV6OptionsUUID: string(),
  u2oInterconnectionIP: string(),
  u2oInterconnectionMAC: string(),
  u2oInterconnectionVPC: string(),
  natOutgoingPolicyRules: list(open({ ruleID: string(), action: string(), match: natOutgoingPolicyMatch })),
  mcastQuerierIP: string(),
  mcastQuerierMAC: string(),
});

export type Subnet = Custom<typeof spec, typeof status>;
export const Subnet = kind<Subnet>(KUBEOVN, "Subnet", "subnets", {
  ours: true,
  statusSubresource: true,
  trim: trimMeta,
});

export const definition = define(Subnet, {
  description: "A range of addresses, of one or two families, from which pods and others are served.",
  spec,
  status,
  shortNames: ["subnet"],
  columns: {
    Provider: ".spec.provider",
    Vpc: ".spec.vpc",
    Vlan: ".spec.vlan",
    Protocol: ".spec.protocol",
    CIDR: ".spec.cidrBlock",
    Private: ".spec.private",
    NAT: ".spec.natOutgoing",
    Default: ".spec.default",
    GatewayType: ".spec.gatewayType",
    V4Used: ".status.v4usingIPs",
    V4Available: ".status.v4availableIPs",
    V6Used: ".status.v6usingIPs",
    V6Available: ".status.v6availableIPs",
    ExcludeIPs: ".spec.excludeIps",
    U2OInterconnectionIP: ".status.u2oInterconnectionIP",
  },
});

/** Whether it has IP addresses, and not MAC addresses alone. */
export const hasBlock = ({ spec }: Subnet): boolean => !!spec.cidrBlock;

/** What its status shows of addresses, and MACs, that it has itself. */
export function ownAddressesOf({ status }: Subnet): readonly string[] {
  const { u2oInterconnectionIP, u2oInterconnectionMAC, mcastQuerierIP, mcastQuerierMAC } = status ?? {};
  const texts = [
    ...u2oInterconnectionIP?.split(",", 2) ?? [],
    u2oInterconnectionMAC,
    mcastQuerierIP,
    mcastQuerierMAC,
  ];
  return texts.filter((text) => text !== undefined && text !== "") as string[];
}
