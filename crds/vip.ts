/** Vip: an address of a Subnet that a pod can wear, or that belongs to no pod at all. */
import { kind } from "../reconcile/kind.ts";
import { conditions } from "./conditions.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { list, open, string } from "./schema.ts";

const spec = open({
  namespace: string(),
  subnet: string(),
  type: string(),
  v4ip: string(),
  v6ip: string(),
  macAddress: string(),
  selector: list(string()),
  attachSubnets: list(string()),
}).default({});

const status = open({
  conditions,
  type: string(),
  v4ip: string(),
  v6ip: string(),
  mac: string(),
  selector: list(string()),
});

export type Vip = Custom<typeof spec, typeof status>;
export const Vip = kind<Vip>(KUBEOVN, "Vip", "vips", {
  ours: true,
  inlineStatus: true,
  offers: ["v4ip", "v6ip", "mac"],
  trim: trimMeta,
});

export const definition = define(Vip, {
  description: "An address of a Subnet that a pod can wear, or that belongs to no pod at all.",
  spec,
  status,
  shortNames: ["vip"],
  columns: {
    Namespace: ".spec.namespace",
    V4IP: ".status.v4ip",
    V6IP: ".status.v6ip",
    Mac: ".status.mac",
    Subnet: ".spec.subnet",
    Type: ".status.type",
  },
});
