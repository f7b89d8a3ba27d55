/**
 * IP: the owner lock. One network interface, one record, with the addresses that it has for life.
 *
 * Its owner and state are annotations (`annotations.ts`): Kube-OVN's own schema would drop unknown fields.
 */
import { kind } from "../reconcile/kind.ts";
import { OVN } from "./annotations.ts";
import { type Custom, KUBEOVN, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { list, open, string } from "./schema.ts";

const spec = open({
  podName: string().setOnce().doc("Name of the Pod, VirtualMachine or Node."),
  namespace: string().setOnce(),
  subnet: string().setOnce(),
  attachSubnets: list(string()),
  nodeName: string(),
  ipAddress: string().doc("v4IpAddress and v6IpAddress, with a comma between."),
  v4IpAddress: string().setOnce(),
  v6IpAddress: string().setOnce(),
  attachIps: list(string()),
  macAddress: string().setOnce(),
  attachMacs: list(string()),
  containerID: string(),
  podType: string().doc("StatefulSet or VirtualMachine: the addresses outlive the Pod."),
}).cel(
  "!has(oldSelf.ipAddress) || oldSelf.ipAddress == '' || (has(self.ipAddress) && (self.ipAddress == oldSelf.ipAddress || " +
    "self.ipAddress.startsWith(oldSelf.ipAddress + ',') || self.ipAddress.endsWith(',' + oldSelf.ipAddress)))",
  "ipAddress is set once; only the address of the other family may be added",
  { fieldPath: ".ipAddress" },
).default({});

export type IP = Custom<typeof spec>;
export const IP = kind<IP>(KUBEOVN, "IP", "ips", { ours: true, trim: trimMeta });

/**
 * The name of the record of one interface: `<pod>.<namespace>`, with `.<provider>` behind it unless that is the default network.
 *
 * It may come out longer than 253 characters: then there is no record, and an Event says so. Pod names may have dots, so two interfaces can share a name; the record's owner key tells whose it is. Never parse it.
 */
export function recordName(pod: { name: string; namespace: string }, provider: string = OVN): string {
  const name = `${pod.name}.${pod.namespace}`;
  return provider === OVN ? name : `${name}.${provider}`;
}

/**
 * The provider of the interface that a record is of: the inverse of {@link recordName}, where its spec says whose it is.
 *
 * @returns `ovn` where the name is not made of the names in its spec
 */
export function providerOf({ metadata: { name }, spec: { podName = "", namespace = "" } }: IP): string {
  const own = `${recordName({ name: podName, namespace })}.`;
  return name.length > own.length && name.startsWith(own) ? name.slice(own.length) : OVN;
}

/** The name of the record of a node's address in the join Subnet; also its port. */
export function nodeRecordName(node: string): string {
  return `node-${node}`;
}

/** The name of the record of the address by which an underlay Subnet reaches its Vpc. */
export const u2oRecordName = (vpc: string, subnet: string): string => `u2o-interconnection.${vpc}.${subnet}`;

/** The name of the record of the address from which a Subnet asks who listens to which group. */
export const mcastRecordName = (subnet: string): string => `mcast-querier.${subnet}`;

export const definition = define(IP, {
  description: "The addresses of one network interface, for as long as it lives.",
  spec,
  shortNames: ["ip"],
  columns: {
    V4IP: ".spec.v4IpAddress",
    V6IP: ".spec.v6IpAddress",
    Mac: ".spec.macAddress",
    Node: ".spec.nodeName",
    Subnet: ".spec.subnet",
  },
});
