/** Who belongs to whom, and what happens on delete. Cross-object rules live here and only here. */
import { belongsTo } from "../reconcile/relation.ts";
import { AddressClaim, isWearing } from "./address_claim.ts";
import { OVN, VPC_NAT_GW } from "./annotations.ts";
import { canonical } from "./canonical.ts";
import { DEFAULT_VPC } from "./defaults.ts";
import { Node, Pod, StatefulSet } from "./foreign.ts";
import { ConfigMap, Deployment, gatewayOf, gatewayUidOf } from "./gateway_parts.ts";
import { holderKinds } from "./holders.ts";
import { identityOf, identityOfRecord, keepers, keeps, sharedKeyOf, sharersOf } from "./identity.ts";
import { IP, mcastRecordName, nodeRecordName, u2oRecordName } from "./ip.ts";
import { IPPool } from "./ip_pool.ts";
import { IptablesEIP } from "./iptables_eip.ts";
import { ruleKinds } from "./nat_rules.ts";
import { isAlive, publishes, showsWorn } from "./published.ts";
import { isReservation, ownerKeyOf, ownerUidOf, wornVipOf } from "./record.ts";
import { ownAddressesOf, Subnet } from "./subnet.ts";
import { Vip } from "./vip.ts";
import { Vlan } from "./vlan.ts";
import { Vpc } from "./vpc.ts";
import { VpcNatGateway } from "./vpc_nat_gateway.ts";

/** The Vpc a Subnet belongs to; none where its provider is not OVN and it names none. */
export function vpcOf({ spec }: Subnet): string | undefined {
  return spec.vpc || (isOvn(spec.provider) ? DEFAULT_VPC : undefined);
}

/** Whether a provider is the OVN data plane: `ovn`, `<nad>.<namespace>.ovn`, or none given; `<nad>.ovn` is of a namespace of that name. */
export function isOvn(provider: string | undefined): boolean {
  return !provider || provider === OVN || (provider.endsWith(`.${OVN}`) && provider.split(".").length > 2);
}

const isNodeKey = (ownerKey: string): boolean => !ownerKey.includes("/");
const podKeyOf = (ownerKey: string | undefined) => ownerKey && !isNodeKey(ownerKey) ? ownerKey : undefined;
const nodeKeyOf = (ownerKey: string | undefined) => ownerKey && isNodeKey(ownerKey) ? ownerKey : undefined;

/** Kube-OVN's records of other things, such as u2o interconnections, have no namespace either: nobody releases those. */
function nodeOf(ip: IP): string | undefined {
  const node = nodeKeyOf(ownerKeyOf(ip));
  return node !== undefined && ip.metadata.name === nodeRecordName(node) ? node : undefined;
}

/** The Subnet that has an address of its own by a record of that name. */
export function subnetItself(record: string, subnet = ""): string | undefined {
  const isOwn = record === mcastRecordName(subnet) ||
    (record.startsWith(u2oRecordName("", "").slice(0, -1)) && record.endsWith(`.${subnet}`));
  return isOwn && subnet ? subnet : undefined;
}

export const relations = [
  // A Vpc cannot go before its Subnets, nor a Subnet before its addresses.
  belongsTo(Subnet, Vpc, vpcOf, { onDelete: "restrict", needs: (s) => isOvn(s.spec.provider) }),
  // An underlay Subnet is usable while its Vlan exists, and holds nothing up.
  belongsTo(Subnet, Vlan, (s) => s.spec.vlan || undefined, { onDelete: "nothing" }),
  belongsTo(AddressClaim, Subnet, (c) => c.spec.subnet, {
    onDelete: "restrict",
    uid: (c) => c.spec.subnetUid,
    select: (subnet) => `spec.subnetUid=${subnet.metadata.uid}`,
  }),
  // An edit of a Subnet concerns its pools; deleting either never waits for the other.
  belongsTo(IPPool, Subnet, (pool) => pool.spec.subnet || undefined, { onDelete: "nothing" }),
  // The records of a Subnet can be found; a record never holds the Subnet itself.
  belongsTo(IP, Subnet, (ip) => ip.spec.subnet, { onDelete: "nothing" }),
  // A record goes with the Pod or the Node that it serves; a user's reservation stays.
  belongsTo(IP, Pod, (ip) => podKeyOf(ownerKeyOf(ip)), {
    onDelete: "release",
    uid: ownerUidOf,
    alias: sharedKeyOf,
    among: (ip) => sharersOf(ownerKeyOf(ip)),
    counts: isAlive,
    keep: isReservation,
  }),
  // Its pods are looked at again when a keeper appears, changes or goes.
  ...keepers.map((keeper) =>
    belongsTo(Pod, keeper.kind, (pod) => {
      const identity = identityOf(pod);
      return identity?.keeper === keeper ? identity.key : undefined;
    }, { onDelete: "nothing" })
  ),
  // Unless a StatefulSet or a virtual machine keeps it for the next one.
  ...keepers.map((keeper) =>
    belongsTo(IP, keeper.kind, (ip) => {
      const identity = identityOfRecord(ip);
      return identity?.keeper === keeper ? identity.key : undefined;
    }, {
      onDelete: "release",
      uid: (ip) => identityOfRecord(ip)?.uid,
      counts: (owner, ip) => {
        const identity = identityOfRecord(ip);
        return identity !== undefined && keeps(owner, identity, ip.spec.podName ?? "");
      },
      keep: isReservation,
    })
  ),
  // A Subnet must not wait for its own addresses: they go as soon as it is going.
  belongsTo(IP, Subnet, ({ metadata, spec }) => subnetItself(metadata.name, spec.subnet), {
    onDelete: "release",
    uid: ownerUidOf,
    counts: (subnet) => subnet.metadata.deletionTimestamp === undefined,
    keep: isReservation,
  }),
  // A node re-created under its name takes the record over: only a name that is gone releases it.
  belongsTo(IP, Node, nodeOf, { onDelete: "release", keep: isReservation }),
  // A claim goes with its record, unless the owner was told the address: then the record comes back (step 8 of docs/register.md).
  belongsTo(AddressClaim, IP, (c) => c.spec.holder.kind === IP.kind ? c.spec.holder.name : undefined, {
    onDelete: "release",
    uid: (c) => c.spec.holder.uid,
  }),
  belongsTo(AddressClaim, Pod, (c) => podKeyOf(c.spec.ownerKey), {
    onDelete: "release",
    alias: sharedKeyOf,
    among: (c) => sharersOf(c.spec.ownerKey),
    counts: isAlive,
    shows: (pod, { spec }) => isWearing(spec.address) ? showsWorn(pod) : publishes(pod, spec),
  }),
  belongsTo(AddressClaim, Node, (c) => nodeKeyOf(c.spec.ownerKey), {
    onDelete: "release",
    shows: (node, claim) => publishes(node, claim.spec),
  }),
  // A Vip stays while somebody wears it; whoever does goes on under one that is going.
  belongsTo(IP, Vip, (ip) => wornVipOf(ip)?.name, {
    onDelete: "restrict",
    uid: (ip) => wornVipOf(ip)?.uid,
    needs: () => false,
  }),
  belongsTo(
    AddressClaim,
    Subnet,
    ({ spec: { holder, subnet } }) => holder.kind === IP.kind ? subnetItself(holder.name, subnet) : undefined,
    {
      onDelete: "release",
      uid: (c) => c.spec.subnetUid,
      counts: (subnet) => subnet.metadata.deletionTimestamp === undefined,
      shows: (subnet, { spec }) => ownAddressesOf(subnet).map(canonical).includes(spec.address),
    },
  ),
  // What holds addresses itself: its claims go when it is gone, and whoever waits for a Subnet's addresses is woken by what it shows.
  ...holderKinds.flatMap(({ kind, subnetOf }) => [
    belongsTo(AddressClaim, kind, (c) => c.spec.holder.kind === kind.kind ? c.spec.holder.name : undefined, {
      onDelete: "release",
      uid: (c) => c.spec.holder.uid,
    }),
    belongsTo(kind, Subnet, (holder) => subnetOf(holder) || undefined, { onDelete: "nothing" }),
  ]),
  // A gateway cannot go before its EIPs, nor an EIP before the rules that use it. An EIP has its address without a gateway too.
  belongsTo(IptablesEIP, VpcNatGateway, (eip) => eip.spec.natGwDp || undefined, {
    onDelete: "restrict",
    needs: () => false,
  }),
  ...ruleKinds.map((rule) =>
    belongsTo(rule, IptablesEIP, ({ spec }) => spec.eip || undefined, { onDelete: "restrict" })
  ),
  // What a gateway is made of goes with it, and its pods with that.
  ...[StatefulSet, Deployment].map((part) =>
    belongsTo(part, VpcNatGateway, gatewayOf, { onDelete: "release", uid: gatewayUidOf })
  ),
  // Kubernetes removes it, by its owner reference: only who has rules written needs the right to write ConfigMaps.
  belongsTo(ConfigMap, VpcNatGateway, gatewayOf, { onDelete: "nothing", uid: gatewayUidOf }),
  belongsTo(Pod, VpcNatGateway, (pod) => pod.metadata.annotations?.[VPC_NAT_GW], { onDelete: "nothing" }),
  belongsTo(VpcNatGateway, Vpc, (gateway) => gateway.spec.vpc || undefined, { onDelete: "nothing" }),
];
