/** IPPool: a part of a Subnet set aside for the namespaces and pods that name it. */
import { kind } from "../reconcile/kind.ts";
import { conditions } from "./conditions.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { boolean, counter, list, open, string } from "./schema.ts";

const spec = open({
  subnet: string().required(),
  namespaces: list(string()),
  ips: list(string()).required().doc("Addresses, ranges a..b and CIDRs, of both families."),
  enableAddressSet: boolean().default(false),
});

// Not the spelling of a Subnet's status.
const status = open({
  conditions,
  v4AvailableIPs: counter(),
  v4AvailableIPRange: string(),
  v4UsingIPs: counter(),
  v4UsingIPRange: string(),
  v6AvailableIPs: counter(),
  v6AvailableIPRange: string(),
  v6UsingIPs: counter(),
  v6UsingIPRange: string(),
});

export type IPPool = Custom<typeof spec, typeof status>;
export const IPPool = kind<IPPool>(KUBEOVN, "IPPool", "ippools", {
  ours: true,
  statusSubresource: true,
  trim: trimMeta,
});

export const definition = define(IPPool, {
  description: "A part of a Subnet, set aside for the namespaces and pods that name it.",
  spec: spec.required(),
  status,
  shortNames: ["ippool"],
  columns: {
    Subnet: ".spec.subnet",
    enableAddressSet: ".spec.enableAddressSet",
    IPs: ".spec.ips",
    V4Used: ".status.v4UsingIPs",
    V4Available: ".status.v4AvailableIPs",
    V6Used: ".status.v6UsingIPs",
    V6Available: ".status.v6AvailableIPs",
  },
});
