/** IptablesSnatRule: internal addresses that leave under an EIP; several rules may share one. */
import { kind } from "../reconcile/kind.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { natStatus } from "./nat_status.ts";
import { open, string } from "./schema.ts";

const spec = open({ eip: string(), internalCIDR: string() }).default({});
const status = open({ ...natStatus, internalCIDR: string() });

export type IptablesSnatRule = Custom<typeof spec, typeof status>;
export const IptablesSnatRule = kind<IptablesSnatRule>(KUBEOVN, "IptablesSnatRule", "iptables-snat-rules", {
  ours: true,
  statusSubresource: true,
  trim: trimMeta,
});

export const definition = define(IptablesSnatRule, {
  description: "Lets internal addresses leave under an EIP.",
  spec,
  status,
  shortNames: ["snat"],
  columns: {
    EIP: ".spec.eip",
    V4ip: ".status.v4ip",
    V6ip: ".status.v6ip",
    InternalCIDR: ".spec.internalCIDR",
    NatGwDp: ".status.natGwDp",
    Ready: ".status.ready",
  },
});
