/** VpcNatGateway: a workload that joins a VPC to external Subnets. */
import { kind } from "../reconcile/kind.ts";
import { conditions } from "./conditions.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { boolean, integer, list, map, open, string } from "./schema.ts";

/** Affinity and tolerations go into the workload as they are; the API server judges them there. */
const affinity = open({});
const tolerations = list(open({}));

/** Milliseconds. */
const bfdInterval = integer().min(1).max(3_600_000).default(1000);

const spec = open({
  namespace: string(),
  vpc: string(),
  subnet: string(),
  lanIp: string(),
  externalSubnets: list(string()),
  internalSubnets: list(string()),
  internalCIDRs: list(string()),
  routes: list(open({ cidr: string(), nextHopIP: string() })),
  noDefaultEIP: boolean(),
  replicas: integer().min(1).default(1),
  selector: list(string()),
  tolerations,
  affinity,
  annotations: map(string()),
  qosPolicy: string(),
  bgpSpeaker: open({
    enabled: boolean(),
    asn: integer(),
    remoteAsn: integer(),
    neighbors: list(string()),
    holdTime: string(),
    routerId: string(),
    password: string(),
    enableGracefulRestart: boolean(),
    extraArgs: list(string()),
  }),
  bfd: open({
    enabled: boolean().default(false),
    minRX: bfdInterval,
    minTX: bfdInterval,
    multiplier: integer().min(1).max(255).default(3),
  }),
}).default({});

const status = open({
  conditions,
  ready: boolean(),
  lanIp: string(),
  replicas: integer(),
  externalSubnets: list(string()),
  internalSubnets: list(string()),
  internalCIDRs: list(string()),
  selector: list(string()),
  tolerations,
  affinity,
  qosPolicy: string(),
  workload: open({ apiVersion: string(), kind: string(), name: string(), nodes: list(string()) }),
});

export type VpcNatGateway = Custom<typeof spec, typeof status>;
export const VpcNatGateway = kind<VpcNatGateway>(KUBEOVN, "VpcNatGateway", "vpc-nat-gateways", {
  ours: true,
  statusSubresource: true,
  trim: trimMeta,
});

/** The external Subnet of a gateway, and of an EIP, that names none. */
export const VPC_EXTERNAL_SUBNET = "ovn-vpc-external-network";

export function externalSubnetsOf({ spec }: VpcNatGateway): readonly string[] {
  return spec.externalSubnets?.length ? spec.externalSubnets : [VPC_EXTERNAL_SUBNET];
}

export const definition = define(VpcNatGateway, {
  description: "A workload that joins a VPC to external Subnets.",
  spec,
  status,
  shortNames: ["vpc-nat-gw"],
  columns: {
    Namespace: ".spec.namespace",
    Vpc: ".spec.vpc",
    Subnet: ".spec.subnet",
    IPs: ".status.lanIp",
    Replicas: ".spec.replicas",
    Ready: ".status.ready",
    BFD: ".spec.bfd.enabled",
    Age: ".metadata.creationTimestamp",
  },
});
