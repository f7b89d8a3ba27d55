/** Vpc: a router and the address space behind it. */
import { kind } from "../reconcile/kind.ts";
import { conditions } from "./conditions.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { boolean, integer, list, open, string } from "./schema.ts";
import { labelSelector } from "./selector.ts";

const spec = open({
  defaultSubnet: string().doc("Name of the Subnet that serves its namespaces first."),
  namespaces: list(string()).doc("Namespaces that belong to it; the default Vpc has all others."),
  staticRoutes: list(open({
    policy: string(),
    cidr: string(),
    nextHopIP: string(),
    ecmpMode: string(),
    bfdId: string(),
    routeTable: string(),
  })),
  policyRoutes: list(open({
    priority: integer(),
    match: string(),
    action: string(),
    nextHopIP: string(),
  })),
  vpcPeerings: list(open({ remoteVpc: string(), localConnectIP: string() })),
  enableExternal: boolean(),
  extraExternalSubnets: list(string()),
  enableBfd: boolean(),
  bfdPort: open({ enabled: boolean().default(false), ip: string(), nodeSelector: labelSelector }),
}).default({});

const status = open({
  conditions,
  standby: boolean(),
  default: boolean(),
  defaultLogicalSwitch: string(),
  router: string(),
  tcpLoadBalancer: string(),
  tcpSessionLoadBalancer: string(),
  udpLoadBalancer: string(),
  udpSessionLoadBalancer: string(),
  sctpLoadBalancer: string(),
  sctpSessionLoadBalancer: string(),
  subnets: list(string()),
  vpcPeerings: list(string()),
  enableExternal: boolean(),
  extraExternalSubnets: list(string()),
  enableBfd: boolean(),
  bfdPort: open({ ip: string(), name: string(), nodes: list(string()) }),
});

export type Vpc = Custom<typeof spec, typeof status>;
export const Vpc = kind<Vpc>(KUBEOVN, "Vpc", "vpcs", { ours: true, statusSubresource: true, trim: trimMeta });

export const definition = define(Vpc, {
  description: "A router and the address space behind it.",
  spec,
  status,
  shortNames: ["vpc"],
  columns: {
    EnableExternal: ".status.enableExternal",
    EnableBfd: ".status.enableBfd",
    Standby: ".status.standby",
    Subnets: ".status.subnets",
    ExtraExternalSubnets: ".status.extraExternalSubnets",
    Namespaces: ".spec.namespaces",
    DefaultSubnet: ".status.defaultLogicalSwitch",
    Age: ".metadata.creationTimestamp",
  },
});
