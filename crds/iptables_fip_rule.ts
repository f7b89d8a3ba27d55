/** IptablesFIPRule: one EIP for one internal address, exclusively. */
import { kind } from "../reconcile/kind.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { natStatus } from "./nat_status.ts";
import { open, string } from "./schema.ts";

const spec = open({ eip: string(), internalIp: string() }).default({});
const status = open({ ...natStatus, internalIp: string() });

export type IptablesFIPRule = Custom<typeof spec, typeof status>;
export const IptablesFIPRule = kind<IptablesFIPRule>(KUBEOVN, "IptablesFIPRule", "iptables-fip-rules", {
  ours: true,
  statusSubresource: true,
  trim: trimMeta,
});

export const definition = define(IptablesFIPRule, {
  description: "Gives one internal address an EIP of its own.",
  spec,
  status,
  shortNames: ["fip"],
  columns: {
    Eip: ".spec.eip",
    V4ip: ".status.v4ip",
    InternalIp: ".spec.internalIp",
    V6ip: ".status.v6ip",
    Ready: ".status.ready",
    NatGwDp: ".status.natGwDp",
  },
});
