/** OvnEip: an address of an external Subnet for OVN's own NAT; here one more holder of addresses. */
import { kind } from "../reconcile/kind.ts";
import { conditions } from "./conditions.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { boolean, open, string } from "./schema.ts";

const spec = open({
  externalSubnet: string(),
  v4Ip: string(),
  v6Ip: string(),
  macAddress: string(),
  type: string(),
}).default({});

const status = open({
  conditions,
  ready: boolean(),
  v4Ip: string(),
  v6Ip: string(),
  macAddress: string(),
  type: string(),
  nat: string(),
});

export type OvnEip = Custom<typeof spec, typeof status>;
export const OvnEip = kind<OvnEip>(KUBEOVN, "OvnEip", "ovn-eips", {
  ours: true,
  statusSubresource: true,
  trim: trimMeta,
});

export const definition = define(OvnEip, {
  description: "An address of an external Subnet for OVN's own NAT.",
  spec,
  status,
  shortNames: ["oeip"],
  columns: {
    V4IP: ".status.v4Ip",
    V6IP: ".status.v6Ip",
    Mac: ".status.macAddress",
    Type: ".status.type",
    Nat: ".status.nat",
    Ready: ".status.ready",
    ExternalSubnet: ".spec.externalSubnet",
  },
});
