/** What must come of the example: the addresses, the states and the words, one by one. */
import type { Json } from "../../kube/api.ts";
import type { Resource } from "../../kube/resource.ts";
import { AddressClaim } from "../../crds/address_claim.ts";
import { namespaceKey, OVN, podKey } from "../../crds/annotations.ts";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { IptablesDnatRule } from "../../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { IptablesSnatRule } from "../../crds/iptables_snat_rule.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { EVENTS } from "../../runtime/event.ts";
import type { ApiServer } from "../../sandbox/server.ts";
import { NODES } from "./sandbox_cluster.ts";

export interface Expectation {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

interface Wanted {
  readonly what: string;
  readonly expected: string;
  readonly actual: (cluster: Snapshot) => string;
}

/** Four pods of a Deployment, after the eight addresses that are excluded, and one that draws from a pool. */
const SHOP = ["10.20.0.10", "10.20.0.11", "10.20.0.12", "10.20.0.13", "10.20.0.100"];
/** Three pods of a Deployment and one with two interfaces; a StatefulSet of two; one that asked for its address. */
const LAB = ["10.30.0.2", "10.30.0.3", "10.30.0.4", "10.30.0.5", "10.30.0.50", "10.30.0.51", "10.30.0.77"];
const LAB6 = [
  "fd00:30::2",
  "fd00:30::3",
  "fd00:30::4",
  "fd00:30::5",
  "fd00:30::6",
  "fd00:30::50",
  "fd00:30::51",
];
/** The gateway's pod. */
const GATEWAY = 1;
const PLACED = SHOP.length + LAB.length + GATEWAY;
/** Second interfaces: of a pod of `lab`, and of the gateway. */
const ATTACHED = 2;
/** Of a Vip and of two EIPs. */
const HELD = 3;

const WANTED: readonly Wanted[] = [
  { what: "pods of shop", expected: list(SHOP), actual: (c) => list(c.addresses("shop", 4)) },
  { what: "pods of lab, IPv4", expected: list(LAB), actual: (c) => list(c.addresses("lab", 4)) },
  { what: "pods of lab, IPv6", expected: list(LAB6), actual: (c) => list(c.addresses("lab", 6)) },
  {
    what: "lab/database, IPv4",
    expected: "10.30.0.77",
    actual: (c) => c.told("lab/database").split(",")[0]!,
  },
  { what: "lab/ledger-1", expected: "10.30.0.51,fd00:30::51", actual: (c) => c.told("lab/ledger-1") },
  {
    what: "lab/backup, second network",
    expected: "10.50.0.2",
    actual: (c) => c.told("lab/backup", "storage.lab.ovn"),
  },
  { what: "pods that run", expected: String(PLACED), actual: (c) => String(c.running()) },
  { what: "shop/stray", expected: "AcquireAddressFailed NoSubnet", actual: (c) => c.refusal("shop/stray") },
  { what: "Subnet shop-web", expected: "Ready, 7 used of 245", actual: (c) => c.subnet("shop-web") },
  { what: "Subnet lab-dual", expected: "Ready, 7 used of 253", actual: (c) => c.subnet("lab-dual") },
  { what: "Subnet internet", expected: "Ready, 3 used of 253", actual: (c) => c.subnet("internet") },
  { what: "Subnet attic", expected: "VpcNotFound, 0 used of 253", actual: (c) => c.subnet("attic") },
  { what: "Subnet ovn-default", expected: "Ready, 0 used of 65533", actual: (c) => c.subnet("ovn-default") },
  { what: "Subnet join", expected: `Ready, ${NODES} used of 65533`, actual: (c) => c.subnet("join") },
  { what: "IPPool shop-batch", expected: "Ready", actual: (c) => c.state(IPPool, "shop-batch") },
  { what: "Vip front", expected: "Ready", actual: (c) => c.state(Vip, "front") },
  { what: "NAT gateway shop", expected: "Ready", actual: (c) => c.state(VpcNatGateway, "shop") },
  { what: "EIP shop-out", expected: "Ready", actual: (c) => c.state(IptablesEIP, "shop-out") },
  { what: "EIP shop-in", expected: "Ready", actual: (c) => c.state(IptablesEIP, "shop-in") },
  { what: "SNAT rule shop-out", expected: "Ready", actual: (c) => c.state(IptablesSnatRule, "shop-out") },
  { what: "DNAT rule shop-web", expected: "Ready", actual: (c) => c.state(IptablesDnatRule, "shop-web") },
  { what: "namespace shop is bound to", expected: "shop-web", actual: (c) => c.binding("shop") },
  { what: "namespace default is bound to", expected: "ovn-default", actual: (c) => c.binding("default") },
  {
    what: "IP records",
    expected: String(PLACED + ATTACHED + NODES),
    actual: (c) => String(c.objects(IP).length),
  },
  {
    what: "claims of addresses",
    expected: String(PLACED + LAB6.length + ATTACHED + HELD + NODES),
    actual: (c) => String(c.objects(AddressClaim).length),
  },
];

export function compare(server: ApiServer): readonly Expectation[] {
  const cluster = new Snapshot(server);
  return WANTED.map(({ what, expected, actual }) => ({ what, expected, actual: actual(cluster) }));
}

export const isMet = ({ expected, actual }: Expectation): boolean => expected === actual;

class Snapshot {
  #server: ApiServer;

  constructor(server: ApiServer) {
    this.#server = server;
  }

  objects(resource: Resource): Json[] {
    return [...this.#server.entriesOf(resource).values()].map(({ object }) => object);
  }

  /** Of all pods of a namespace, in their default network. */
  addresses(namespace: string, family: 4 | 6): string[] {
    const pods = this.objects(Pod).filter((pod) => pod.metadata.namespace === namespace);
    const all = pods.flatMap((pod) =>
      (pod.metadata.annotations?.[podKey(OVN, "ip_address")] ?? "").split(",")
    );
    return all.filter((address) => address !== "" && address.includes(":") === (family === 6));
  }

  told(key: string, provider = OVN): string {
    return this.#object(Pod, key)?.metadata.annotations?.[podKey(provider, "ip_address")] ?? "";
  }

  running(): number {
    return this.objects(Pod).filter((pod) => pod.status?.phase === "Running" && pod.status.podIP).length;
  }

  /** Reason and first word of the last Event that warns about a pod. */
  refusal(key: string): string {
    const [namespace, name] = key.split("/");
    const about = this.objects(EVENTS).filter(({ involvedObject, type }) =>
      type === "Warning" && involvedObject.namespace === namespace && involvedObject.name === name
    );
    const last = about.at(-1);
    return last ? `${last.reason} ${last.message.split(":")[0]}` : "nothing was said";
  }

  /** `Ready`, or why not. */
  state(resource: Resource, name: string): string {
    const { conditions = [] } = this.#object(resource, name)?.status ?? {};
    const ready = conditions.find((condition: Json) => condition.type === "Ready");
    return ready?.status === "True" ? "Ready" : ready?.reason ?? "nothing was said";
  }

  subnet(name: string): string {
    const { v4usingIPs, v4availableIPs } = this.#object(Subnet, name)?.status ?? {};
    return `${this.state(Subnet, name)}, ${v4usingIPs} used of ${v4usingIPs + v4availableIPs}`;
  }

  binding(namespace: string): string {
    return this.#object(Namespace, namespace)?.metadata.annotations?.[namespaceKey("logical_switch")] ??
      "nothing";
  }

  #object(resource: Resource, key: string): Json {
    return this.#server.entriesOf(resource).get(key)?.object;
  }
}

function list(addresses: readonly string[]): string {
  return [...addresses].sort().join(" ");
}
