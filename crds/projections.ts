/** What is kept counted: every question that a handler asks about many objects has its answer here. */
import { parseAddress } from "../ipam/address.ts";
import { Bag } from "../ipam/bag.ts";
import { Ledger } from "../ipam/ledger.ts";
import { type Layout, parseLayout } from "../ipam/layout.ts";
import { parsePool } from "../ipam/pool.ts";
import { isDeleting, type Key, keyOf, type Obj } from "../reconcile/kind.ts";
import { from, type Linger, project, type Projection, type Source } from "../reconcile/projection.ts";
import { AddressClaim } from "./address_claim.ts";
import { OVN } from "./annotations.ts";
import { NetworkAttachmentDefinition, Node, Pod } from "./foreign.ts";
import { canonical } from "./canonical.ts";
import { ConfigMap } from "./gateway_parts.ts";
import { type HolderKind, holderKinds, placeOf } from "./holders.ts";
import { IP } from "./ip.ts";
import { IPPool } from "./ip_pool.ts";
import { IptablesDnatRule, portOf } from "./iptables_dnat_rule.ts";
import { marksIn, RULES_FILE } from "./nat_marks.ts";
import { allOf, selectionsOf } from "./networks.ts";
import { isAlive, publishedBy } from "./published.ts";
import { ipsOf } from "./record.ts";
import { isOvn, subnetItself, vpcOf } from "./relations.ts";
import { ownAddressesOf, Subnet } from "./subnet.ts";
import { Vpc } from "./vpc.ts";
import { externalSubnetsOf, VpcNatGateway } from "./vpc_nat_gateway.ts";

/**
 * The containers of a pod that was deleted by force may run on for a while. Its addresses are given back at once, but drawn last of all.
 * So it may be with one whose end nobody saw: it is missing in a list, or another one has its name by now.
 *
 * Invariant S14 of the histories.
 */
const resting: Linger<Ledger, Pod> = {
  ms: 60_000,
  when: ({ metadata, spec, status }, after) =>
    !metadata.deletionTimestamp && spec.nodeName !== undefined && status?.phase === "Running" &&
    (after?.metadata.uid !== metadata.uid || after.metadata.deletionGracePeriodSeconds === 0),
  begin: (l, pod, subnet) => shownIn(subnet, pod).forEach((address) => l.rest(address)),
  end: (l, pod, subnet) => shownIn(subnet, pod).forEach((address) => l.rested(address)),
};

/**
 * Who has which address of a Subnet, by its name.
 *
 * Claims are what statistics count. Addresses in records, in annotations of alive pods and nodes and in the status of EIPs and Vips are not given out either:
 * a claim that somebody deleted by hand does not make its address free.
 */
export const ledger = project("ledger", () => new Ledger(), [
  from(Subnet, {
    by: (subnet) => [keyOf(subnet)],
    add: (l, subnet) => l.setLayout(layoutOf(subnet)),
    remove: (l) => l.setLayout(undefined),
    same: (a, b) => a.metadata.generation === b.metadata.generation && a.metadata.uid === b.metadata.uid,
  }),
  // One that is going sets nothing aside any more.
  from(IPPool, {
    by: (pool) => pool.spec.subnet && !isDeleting(pool) ? [pool.spec.subnet] : [],
    add: (l, pool) => l.addPool(parsePool({ name: keyOf(pool), rank: rankOf(pool), ips: pool.spec.ips })),
    remove: (l, pool) => l.removePool(keyOf(pool)),
    same: (a, b) =>
      a.metadata.generation === b.metadata.generation && a.metadata.uid === b.metadata.uid &&
      isDeleting(a) === isDeleting(b),
  }),
  // Its own addresses, as its status shows them.
  from(Subnet, {
    by: (subnet) => ownAddressesOf(subnet).length > 0 ? [keyOf(subnet)] : [],
    add: (l, subnet) => occupy(l, ownAddressesOf(subnet), `Subnet ${keyOf(subnet)}`),
    remove: (l, subnet) => vacate(l, ownAddressesOf(subnet), `Subnet ${keyOf(subnet)}`),
    same: (a, b) => ownAddressesOf(a).join() === ownAddressesOf(b).join(),
  }),
  from(AddressClaim, {
    by: ({ spec }) => [spec.subnet],
    add: (l, { spec }) => l.claim(spec.address, spec.holder),
    remove: (l, { spec }) => l.unclaim(spec.address, spec.holder.uid),
    same: (a, b) => a.metadata.uid === b.metadata.uid && a.spec.holder.uid === b.spec.holder.uid,
  }),
  from(IP, {
    by: ({ spec }) => spec.subnet ? [spec.subnet] : [],
    add: (l, ip) => occupy(l, [...ipsOf(ip), ip.spec.macAddress ?? ""], `IP ${keyOf(ip)}`),
    remove: (l, ip) => vacate(l, [...ipsOf(ip), ip.spec.macAddress ?? ""], `IP ${keyOf(ip)}`),
    same: (a, b) => a.metadata.uid === b.metadata.uid && a.metadata.generation === b.metadata.generation,
  }),
  publisher(Pod, { linger: resting }),
  publisher(Node),
  ...holderKinds.map(holder),
], Subnet);

/** An EIP, OvnEip or Vip keeps what its status shows, also when somebody deleted its claim. */
function holder(row: HolderKind): Source<Ledger> {
  const { kind, shownBy, macOf } = row, name = (object: Obj) => `${kind.kind} ${keyOf(object)}`;
  const shown = (object: Obj) => [...shownBy(object), macOf(object)];
  return from(kind, {
    by: (object) => shownBy(object).length > 0 ? [placeOf(row, object)] : [],
    add: (l: Ledger, object) => occupy(l, shown(object), name(object)),
    remove: (l: Ledger, object) => vacate(l, shown(object), name(object)),
    same: (a, b) => placeOf(row, a) === placeOf(row, b) && shown(a).join() === shown(b).join(),
  });
}

function publisher(
  kind: typeof Pod | typeof Node,
  more: { readonly linger?: Linger<Ledger, Pod> } = {},
): Source<Ledger> {
  const name = (object: Pod | Node) => `${kind.kind} ${keyOf(object)}`;
  return from(kind as typeof Pod, {
    by: (object) => holds(object) ? [...new Set(publishedBy(object).map((p) => p.subnet))] : [],
    add: (l: Ledger, object, subnet) => occupy(l, shownIn(subnet, object), name(object)),
    remove: (l: Ledger, object, subnet) => vacate(l, shownIn(subnet, object), name(object)),
    same: (a, b) => holds(a) === holds(b) && isShownBy(a, b),
    ...more,
  });
}

function shownIn(subnet: Key, object: Pod | Node): readonly string[] {
  return publishedBy(object).flatMap((p) => p.subnet === subnet ? [p.address] : []);
}

/** The Subnets that a namespace may be bound to: by name under its key, by selector under {@link ANY}. */
export const bindings = project("bindings", () => new Map<Key, Subnet>(), [
  from(Subnet, {
    by: ({ spec }) => [...new Set(spec.namespaces ?? []), ...(spec.namespaceSelectors?.length ? [ANY] : [])],
    add: (bound, subnet) => bound.set(keyOf(subnet), subnet),
    remove: (bound, subnet) => bound.delete(keyOf(subnet)),
  }),
]);

/** Not a legal name of a namespace. */
export const ANY = "*";

/** Sorts as age does: of two of one second the one whose name comes first is the older. */
const rankOf = ({ metadata }: IPPool): string => `${metadata.creationTimestamp ?? ""} ${metadata.name}`;

/** The pools that a namespace is bound to. */
export const poolsOf = project("pools", () => new Map<Key, IPPool>(), [
  from(IPPool, {
    by: (pool) => isDeleting(pool) ? [] : [...new Set(pool.spec.namespaces ?? [])],
    add: (pools, pool) => pools.set(keyOf(pool), pool),
    remove: (pools, pool) => pools.delete(keyOf(pool)),
  }),
]);

/** The custom Vpcs that list a namespace. */
export const vpcsOf = project("vpcs", () => new Map<Key, Vpc>(), [
  from(Vpc, {
    by: ({ spec }) => [...new Set(spec.namespaces ?? [])],
    add: (vpcs, vpc) => vpcs.set(keyOf(vpc), vpc),
    remove: (vpcs, vpc) => vpcs.delete(keyOf(vpc)),
  }),
]);

/** The Subnets that must not overlap one another: of the OVN provider, in one Vpc and vlan. */
export const neighbours = project("neighbours", () => new Map<Key, Subnet>(), [
  from(Subnet, {
    by: (subnet) => isOvn(subnet.spec.provider) ? [broadcastDomainOf(subnet)] : [],
    add: (subnets, subnet) => subnets.set(keyOf(subnet), subnet),
    remove: (subnets, subnet) => subnets.delete(keyOf(subnet)),
  }),
]);

/** Key of {@link neighbours}. */
export const broadcastDomainOf = (subnet: Subnet): Key => `${vpcOf(subnet)}/${subnet.spec.vlan ?? ""}`;

/** The addresses by which nodes reach each other, and whose they are; all under {@link ANY}. */
export const nodeAddresses = project("node addresses", () => new Bag<string, Key>(), [
  from(Node, {
    by: () => [ANY],
    add: (bag, node) => internalAddressesOf(node).forEach((address) => bag.add(address, keyOf(node))),
    remove: (bag, node) =>
      internalAddressesOf(node).forEach((address) => bag.remove(address, (key) => key === keyOf(node))),
    same: (a, b) => internalAddressesOf(a).join() === internalAddressesOf(b).join(),
  }),
]);

/** The address at which pods find the API server, under {@link ANY}: no object says it, see {@link projectionsWith}. */
export const apiServers = project("API server", () => new Set<string>(), []);

/** Canonical. */
function internalAddressesOf({ status }: Node): readonly string[] {
  return (status?.addresses ?? []).filter(({ type }) => type === "InternalIP").map(({ address }) =>
    canonical(address)
  );
}

/** The gateways that have an interface in a Subnet. */
export const gatewaysIn = project("gateways", () => new Map<Key, VpcNatGateway>(), [
  from(VpcNatGateway, {
    by: (gateway) => [...new Set([gateway.spec.subnet ?? "", ...externalSubnetsOf(gateway)])],
    add: (gateways, gateway) => gateways.set(keyOf(gateway), gateway),
    remove: (gateways, gateway) => gateways.delete(keyOf(gateway)),
  }),
]);

/** The DNAT rules that want one port of one EIP, by {@link portOf}. */
export const dnatsOf = project("dnats", () => new Map<Key, IptablesDnatRule>(), [
  from(IptablesDnatRule, {
    by: (rule) => [portOf(rule)],
    add: (rules, rule) => rules.set(keyOf(rule), rule),
    remove: (rules, rule) => rules.delete(keyOf(rule)),
  }),
]);

/** The records by which a Subnet has, or had, addresses of its own. */
export const ownRecordsOf = project("own records", () => new Map<Key, IP>(), [
  from(IP, {
    by: (record) => {
      const subnet = subnetItself(record.metadata.name, record.spec.subnet);
      return subnet === undefined ? [] : [subnet];
    },
    add: (records, record) => records.set(keyOf(record), record),
    remove: (records, record) => records.delete(keyOf(record)),
  }),
]);

/** The ConfigMaps that have a rule or an EIP in force, by kind and name. */
export const tellersOf = project("tellers", () => new Set<Key>(), [
  from(ConfigMap, {
    by: (told) => [...marksIn(told).names],
    add: (tellers, told) => tellers.add(keyOf(told)),
    remove: (tellers, told) => tellers.delete(keyOf(told)),
    same: (a, b) => a.data?.[RULES_FILE] === b.data?.[RULES_FILE],
  }),
]);

/** The Subnets of a provider; of `ovn` also those that name none. */
export const subnetsOf = project("subnets", () => new Map<Key, Subnet>(), [
  from(Subnet, {
    by: ({ spec }) => [spec.provider || OVN],
    add: (subnets, subnet) => subnets.set(keyOf(subnet), subnet),
    remove: (subnets, subnet) => subnets.delete(keyOf(subnet)),
  }),
]);

/** The keys of the NetworkAttachmentDefinitions that make a provider. */
export const definitionsOf = project("definitions", () => new Set<Key>(), [
  from(NetworkAttachmentDefinition, {
    by: ({ spec }) => spec.provider ? [spec.provider] : [],
    add: (keys, definition) => keys.add(keyOf(definition)),
    remove: (keys, definition) => keys.delete(keyOf(definition)),
  }),
]);

/** The keys of the pods that name a NetworkAttachmentDefinition, by its key. */
export const attachersOf = project("attachers", () => new Set<Key>(), [
  from(Pod, {
    by: (pod) => {
      const selected = selectionsOf(pod);
      return selected.ok ? [...new Set(allOf(selected).map(({ key }) => key))] : [];
    },
    add: (pods, pod) => pods.add(keyOf(pod)),
    remove: (pods, pod) => pods.delete(keyOf(pod)),
    same: (a, b) => a.metadata.annotations === b.metadata.annotations,
  }),
]);

export const projections = [
  ledger,
  bindings,
  poolsOf,
  vpcsOf,
  neighbours,
  nodeAddresses,
  apiServers,
  gatewaysIn,
  dnatsOf,
  ownRecordsOf,
  tellersOf,
  subnetsOf,
  definitionsOf,
  attachersOf,
];

/** The same, where the surroundings of the operator say at which address pods find the API server. */
export function projectionsWith(apiServer: string | undefined): readonly Projection[] {
  const found = apiServer && parseAddress(apiServer) !== undefined ? [canonical(apiServer)] : [];
  return projections.map((each) => each === apiServers ? { ...each, empty: () => new Set(found) } : each);
}

/** Undefined where the spec is not usable as it stands. */
function layoutOf({ spec }: Subnet): Layout | undefined {
  const read = spec.cidrBlock ? parseLayout({ ...spec, cidrBlock: spec.cidrBlock }) : undefined;
  return read?.ok ? read.layout : undefined;
}

/** Whether both show the same; most changes of a pod are no change of that. */
function isShownBy(a: Obj, b: Obj): boolean {
  if (a.metadata.annotations === b.metadata.annotations) return true;
  const [before, after] = [publishedBy(a), publishedBy(b)];
  return before.length === after.length &&
    before.every((p, i) => p.subnet === after[i]!.subnet && p.address === after[i]!.address);
}

const holds = (object: Pod | Node): boolean => object.kind !== Pod.kind || isAlive(object as Pod);

function occupy(ledger: Ledger, addresses: readonly string[], by: string): void {
  for (const address of addresses) ledger.occupy(address, by);
}
function vacate(ledger: Ledger, addresses: readonly string[], by: string): void {
  for (const address of addresses) ledger.vacate(address, by);
}
