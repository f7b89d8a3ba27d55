/** Worlds with NAT gateways, EIPs and the rules that use them. */
import { tables } from "../controllers/mod.ts";
import { ConfigMap } from "../crds/gateway_parts.ts";
import { IptablesDnatRule } from "../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../crds/iptables_fip_rule.ts";
import { IptablesSnatRule } from "../crds/iptables_snat_rule.ts";
import { FINALIZER } from "../crds/labels.ts";
import { VpcNatGateway } from "../crds/vpc_nat_gateway.ts";
import type { Json } from "../kube/api.ts";
import type { Kind, Obj, Of } from "../reconcile/kind.ts";
import type { Desired } from "../reconcile/plan.ts";
import type { On } from "../reconcile/table.ts";
import { type About, claim, holder, inUse, pod, subnet, vpc, world } from "./world.ts";

function custom<K extends Kind>(
  kind: K,
  name: string,
  spec: Json,
  about: About & { status?: Json } = {},
): Of<K> {
  return holder(kind, name, { spec, ...about });
}

const held = { finalizers: [FINALIZER] };
const configuration = (name: string, data: Json) =>
  ({ ...custom(ConfigMap, name, {}), data, metadata: meta(name) }) as Obj;
const meta = (name: string) => ({ name, namespace: "kube-system", uid: `${name}-uid`, resourceVersion: "1" });

const ground = [
  vpc("ovn-cluster"),
  vpc("blue"),
  inUse(subnet("inner", { cidrBlock: "10.0.1.0/24", vpc: "blue" })),
  inUse(subnet("ext", { cidrBlock: "192.168.50.0/28", provider: "extnad.kube-system" })),
  configuration("ovn-vpc-nat-config", { image: "nat:1" }),
  configuration("ovn-vpc-nat-gw-config", { "enable-vpc-nat-gw": "true" }),
];
const gateway = custom(
  VpcNatGateway,
  "gw",
  { vpc: "blue", subnet: "inner", externalSubnets: ["ext"], replicas: 1 },
  { ...held, labels: { "ovn.kubernetes.io/subnet": "inner", "ovn.kubernetes.io/vpc": "blue" } },
);
const gatewayPod = pod("kube-system/vpc-nat-gw-gw-0", {
  annotations: { "ovn.kubernetes.io/vpc_nat_gw": "gw" },
});

/** What the handler itself wants, as if it had been written. */
function partsOf(gateway: VpcNatGateway): readonly Obj[] {
  const rows = tables.flatMap((table) => table.rows);
  const row = rows.find((row) => row.row === "on" && row.watch.kind === VpcNatGateway.kind) as On;
  const { apply } = row.handler(gateway, world(...ground, gateway)) as Desired;
  return apply.flatMap(([kind, intent]) =>
    kind.kind === VpcNatGateway.kind ? [] : [{
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      ...intent,
      metadata: { ...intent.metadata, uid: `${intent.metadata.name}-uid`, resourceVersion: "1" },
    }]
  );
}

const labels = { "ovn.kubernetes.io/vpc-nat-gw-name": "gw", "ovn.kubernetes.io/eip_v4_ip": "192.168.50.2" };
const asked = { externalSubnet: "ext", natGwDp: "gw" };
const eip = custom(
  IptablesEIP,
  "eip",
  { ...asked, v4ip: "192.168.50.2", macAddress: "02:00:00:00:00:01" },
  { ...held, labels: { ...labels, "ovn.kubernetes.io/subnet": "ext" }, status: { ip: "192.168.50.2" } },
);
const eipClaim = claim({ subnet: "ext", address: "192.168.50.2", holder: "eip", kind: "IptablesEIP" });

const marked = { ...held, labels, annotations: { "ovn.kubernetes.io/vpc_eip": "eip" } };
const port = { externalPort: "80", protocol: "tcp", internalIp: "10.0.1.9", internalPort: "80" };
const rules = [
  custom(IptablesFIPRule, "fip", { eip: "eip", internalIp: "10.0.1.9" }, marked),
  custom(IptablesFIPRule, "late", { eip: "eip", internalIp: "10.0.1.8" }, { born: 1 }),
  custom(IptablesDnatRule, "dnat", { eip: "eip", ...port }, {
    ...marked,
    labels: { ...labels, "ovn.kubernetes.io/vpc_dnat_eport": "80" },
  }),
  custom(IptablesDnatRule, "late", { eip: "eip", ...port, type: "share" }, { born: 1 }),
  custom(IptablesSnatRule, "snat", { eip: "eip", internalCIDR: "10.0.1.0/24" }, marked),
  custom(IptablesSnatRule, "going", { eip: "eip", internalCIDR: "10.0.2.0/24" }, { ...marked, going: true }),
];

export const gatewayWorlds: readonly (readonly [string, readonly Obj[]])[] = [
  ["a gateway that serves", [...ground, gateway, ...partsOf(gateway), gatewayPod, eip, eipClaim, ...rules]],
  ["a gateway without pods", [...ground, gateway, ...partsOf(gateway), eip, eipClaim, ...rules]],
  ["a gateway that is going", [
    ...ground,
    { ...gateway, metadata: { ...gateway.metadata, deletionTimestamp: "2026-01-01T23:00:00Z" } },
    ...partsOf(gateway),
    { ...eip, metadata: { ...eip.metadata, deletionTimestamp: "2026-01-01T23:00:00Z" } },
    eipClaim,
    ...rules,
  ]],
  ["gateways, EIPs and rules without ground", [
    custom(VpcNatGateway, "gw", { vpc: "ghost", subnet: "ghost" }),
    custom(VpcNatGateway, "off", { vpc: "blue", subnet: "inner" }),
    custom(IptablesEIP, "eip", asked),
    custom(IptablesEIP, "typo", { ...asked, v4ip: "x" }),
    custom(IptablesFIPRule, "orphan", { eip: "ghost", internalIp: "10.0.1.9" }),
    custom(IptablesFIPRule, "waits", { eip: "eip", internalIp: "10.0.1.9" }),
    custom(IptablesDnatRule, "typo", { eip: "eip" }),
    custom(IptablesSnatRule, "typo", { eip: "a b" }),
  ]],
];
