/** Vlan: what an underlay Subnet refers to; only its existence matters here. */
import { kind } from "../reconcile/kind.ts";
import { conditions } from "./conditions.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { boolean, integer, list, open, string } from "./schema.ts";

const spec = open({ id: integer(), provider: string() }).default({});
const status = open({ conditions, subnets: list(string()), conflict: boolean() });

export type Vlan = Custom<typeof spec, typeof status>;
export const Vlan = kind<Vlan>(KUBEOVN, "Vlan", "vlans", {
  ours: true,
  statusSubresource: true,
  trim: trimMeta,
});

export const definition = define(Vlan, {
  description: "A VLAN that underlay Subnets refer to.",
  spec,
  status,
  shortNames: ["vlan"],
  columns: { ID: ".spec.id", Provider: ".spec.provider", Conflict: ".status.conflict" },
});
