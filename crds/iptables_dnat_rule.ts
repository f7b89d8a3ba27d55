/** IptablesDnatRule: one port of an EIP to one port of an internal address. */
import { kind } from "../reconcile/kind.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { natStatus } from "./nat_status.ts";
import { enum_, open, string } from "./schema.ts";

const spec = open({
  eip: string(),
  externalPort: string(),
  protocol: string(),
  internalIp: string(),
  internalPort: string(),
  type: enum_("exclusive", "share").default("exclusive"),
}).default({});

const status = open({
  ...natStatus,
  protocol: string(),
  internalIp: string(),
  internalPort: string(),
  externalPort: string(),
});

export type IptablesDnatRule = Custom<typeof spec, typeof status>;
export const IptablesDnatRule = kind<IptablesDnatRule>(KUBEOVN, "IptablesDnatRule", "iptables-dnat-rules", {
  ours: true,
  statusSubresource: true,
  trim: trimMeta,
});

/** What only one exclusive rule may have: EIP, port and protocol. No name of an EIP has a blank. */
export function portOf({ spec }: IptablesDnatRule): string {
  return `${spec.eip ?? ""} ${spec.externalPort ?? ""} ${(spec.protocol ?? "").toLowerCase()}`;
}

export const definition = define(IptablesDnatRule, {
  description: "Forwards a port of an EIP to a port of an internal address.",
  spec,
  status,
  shortNames: ["dnat"],
  columns: {
    Eip: ".spec.eip",
    Protocol: ".spec.protocol",
    V4ip: ".status.v4ip",
    V6ip: ".status.v6ip",
    InternalIp: ".spec.internalIp",
    ExternalPort: ".spec.externalPort",
    InternalPort: ".spec.internalPort",
    Type: ".spec.type",
    NatGwDp: ".status.natGwDp",
    Ready: ".status.ready",
  },
});
