/** IptablesEIP: an address of an external Subnet, worn by a NAT gateway. */
import { kind } from "../reconcile/kind.ts";
import { conditions } from "./conditions.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { boolean, open, string } from "./schema.ts";

const spec = open({
  namespace: string(),
  externalSubnet: string(),
  v4ip: string(),
  v6ip: string(),
  macAddress: string(),
  natGwDp: string().doc("Name of the VpcNatGateway."),
  qosPolicy: string(),
}).default({});

const status = open({
  conditions,
  ready: boolean(),
  ip: string(),
  nat: string().doc("The kinds of rules that use it: dnat, fip, snat, with commas between."),
  redo: string(),
  qosPolicy: string(),
});

export type IptablesEIP = Custom<typeof spec, typeof status>;
export const IptablesEIP = kind<IptablesEIP>(KUBEOVN, "IptablesEIP", "iptables-eips", {
  ours: true,
  statusSubresource: true,
  offers: ["ip"],
  trim: trimMeta,
});

export const definition = define(IptablesEIP, {
  description: "An address of an external Subnet, worn by a NAT gateway.",
  spec,
  status,
  shortNames: ["eip"],
  columns: {
    Namespace: ".spec.namespace",
    ExternalSubnet: ".spec.externalSubnet",
    IP: ".status.ip",
    Mac: ".spec.macAddress",
    Nat: ".status.nat",
    NatGwDp: ".spec.natGwDp",
    Ready: ".status.ready",
  },
});
