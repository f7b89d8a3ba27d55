/**
 * Records that no pod has asked for: reservations of users, and what Kube-OVN left behind.
 *
 * Records of pods and nodes need no handler: their pod or node plans for them, and relations release them.
 */
import { OVN, STATIC_MAC, SUBNET_UID } from "../../crds/annotations.ts";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Pod } from "../../crds/foreign.ts";
import { IP, providerOf, recordName } from "../../crds/ip.ts";
import { recordLabels } from "../../crds/labels.ts";
import { isObjectName } from "../../crds/object_name.ts";
import { ledger } from "../../crds/projections.ts";
import { PodReason } from "../../crds/reasons.ts";
import { addressesOf, isReservation, ownerUidOf, subnetUidOf } from "../../crds/record.ts";
import { hasBlock, Subnet } from "../../crds/subnet.ts";
import { parseAddress } from "../../ipam/address.ts";
import { refusalByLayout } from "../../ipam/admit.ts";
import type { Refusal } from "../../ipam/problem.ts";
import { quote } from "../../ipam/quote.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import {
  desired,
  type Entry,
  gone,
  type Plan,
  type Release,
  type Trigger,
  wait,
  want,
} from "../../reconcile/plan.ts";
import { controller, on } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { elderAt, isEldest } from "../common/elder.ts";
import { addressFields, claimEntries } from "../interface/record.ts";
import { reservedAddresses } from "./reserved_addresses.ts";
import { type ReservedMac, reservedMac } from "./reserved_mac.ts";
import { openSubnet } from "../subnet/named.ts";

export default controller("ip", [
  on(IP, reconcile),
]);

/** A record never holds on by a finalizer: those that Kube-OVN put there are taken off. */
export function reconcile(ip: IP, view: View): Plan {
  if (isDeleting(ip)) return desired();
  if (isReservation(ip)) return reserve(ip, view);
  return desired({ claims: ownerUidOf(ip) === undefined ? imported(ip, view) : [], guard: "drop" });
}

/** A record of Kube-OVN has no claims yet; there are none for what its Subnet, if there still is one, does not give out. */
function imported(ip: IP, view: View): readonly Entry[] {
  const subnet = view.get(Subnet, ip.spec.subnet), { layout } = view.project(ledger, ip.spec.subnet ?? "");
  if (!subnet) return [];
  const own = selvesOf(ip, view);
  const addresses = addressesOf(ip).filter((text) => {
    const address = parseAddress(text), asked = { own, subnet: keyOf(subnet), address: text };
    const isThere = address === undefined ? !hasBlock(subnet) : !refusalByLayout(address, layout);
    return isThere && !isOfVip(text, ip, view) && !elderAt(asked, view);
  });
  return claims(ip, { subnetUid: subnetUidOf(ip) ?? subnet.metadata.uid, addresses, view });
}

/** The record, and the pod that it is of. */
function selvesOf(ip: IP, view: View): readonly (IP | Pod | undefined)[] {
  const { podName = "", namespace = "" } = ip.spec;
  return [ip, view.get(Pod, `${namespace}/${podName}`)];
}

/** Kube-OVN lent it to a pod: the Vip claims it. */
function isOfVip(address: string, { spec }: IP, view: View): boolean {
  return view.project(ledger, spec.subnet ?? "").holders(address).others.some((by) => by.startsWith("Vip "));
}

/** Its addresses, or the next free ones, are claimed by the record itself; a pod of that name will get them. */
function reserve(ip: IP, view: View): Plan {
  const { podName = "", namespace = "", subnet: name } = ip.spec;
  const provider = providerOf(ip), computed = recordName({ name: podName, namespace }, provider);
  if (computed !== ip.metadata.name) {
    return refuse(
      ip,
      `metadata.name is ${ip.metadata.name}, but spec.podName and spec.namespace make it ${computed}; create it under that name`,
    );
  }
  if (!name) return refuse(ip, "spec.subnet is empty; name the Subnet to reserve from");
  if (!isObjectName(name)) {
    return refuse(ip, `spec.subnet: ${quote(name)} is not the name of a Subnet; name one`);
  }
  const found = openSubnet(name, view);
  if (!found.ok) {
    const { message, until } = found;
    return refuse(ip, `NoSubnet: spec.subnet: ${message}`, { until, release: stale(ip, name, view) });
  }
  const { subnet, state } = found;
  if (!mayHave(provider, subnet)) {
    const right = recordName({ name: podName, namespace }, subnet.spec.provider || OVN);
    return refuse(ip, `metadata.name is ${ip.metadata.name}, but spec.subnet ${name} makes it ${right}`, {
      until: [[Subnet, name]],
    });
  }
  const own = new Set([ip.metadata.uid, `IP ${keyOf(ip)}`, `Pod ${namespace}/${podName}`]);
  const isEldestAt = (address: string) => isEldest({ own: selvesOf(ip, view), subnet: name, address }, view);
  const asking = { subnet, state, own, isEldestAt, view };
  const refused = ({ word, message }: Refusal) =>
    refuse(ip, `${word}: ${message}`, { until: [[Subnet, name], ...(state.skip?.met ?? [])] });
  const mac = reservedMac(ip, asking);
  if (!mac.ok) return refused(mac.refusal);
  const addresses = reservedAddresses(ip, mac.value, asking);
  if (!addresses.ok) return refused(addresses.refusal);
  const subnetUid = subnetUidOf(ip) ?? subnet.metadata.uid, shown = addressesOf(ip);
  const reserved = { addresses: addresses.value, mac: mac.value, subnetUid };
  return desired({
    apply: [reservation(ip, reserved)],
    // Once it names them.
    claims: addresses.value.every((each) => shown.includes(each)) ? claims(ip, { ...reserved, view }) : [],
    guard: "drop",
  });
}

/** The network of its Subnet, or one of several interfaces in it. */
function mayHave(provider: string, { spec }: Subnet): boolean {
  const network = spec.provider || OVN;
  return provider === network || (network !== OVN && provider.startsWith(`${network}.`));
}

interface Reserved {
  /** Canonical, IPv4 first; or the MAC alone. */
  readonly addresses: readonly string[];
  readonly mac: ReservedMac;
  readonly subnetUid: string;
}

/** Labelled as a reservation; its fields are filled in only where the user wrote nothing. */
function reservation({ metadata, spec }: IP, { addresses, mac, subnetUid }: Reserved): Entry {
  const { subnet = "", nodeName } = spec;
  const complete = {
    ...addressFields(addresses),
    macAddress: mac.mac,
  };
  return want(IP, {
    metadata: {
      name: metadata.name,
      labels: recordLabels({ subnet, node: nodeName, reserved: true }),
      annotations: { [SUBNET_UID]: subnetUid, [STATIC_MAC]: String(mac.fixed) },
    },
    spec: { ...complete, ...written(spec, complete) },
  });
}

/** What of these fields the user wrote. */
function written(spec: IP["spec"], complete: Partial<IP["spec"]>): Partial<IP["spec"]> {
  return Object.fromEntries(
    Object.entries(spec).filter(([key, value]) => value && Object.hasOwn(complete, key)),
  );
}

interface Claimed extends Pick<Reserved, "addresses" | "subnetUid"> {
  readonly mac?: ReservedMac;
  readonly view: View;
}

/** Whoever holds one already keeps it: nothing is taken away here. */
function claims(ip: IP, { subnetUid, addresses, mac, view }: Claimed): readonly Entry[] {
  const { subnet = "", podName = "", namespace = "" } = ip.spec;
  return claimEntries({
    record: ip.metadata.name,
    subnet,
    subnetUid,
    addresses,
    mac: mac?.fixed ? mac.mac : undefined,
    ownerKey: namespace ? `${namespace}/${podName}` : podName,
    recordUid: ip.metadata.uid,
  }).filter(([kind, intent]) => view.get(kind, keyOf(intent)) === undefined);
}

/** Claims in a Subnet that is gone, or that another one replaced. */
function stale(ip: IP, name: string, view: View): readonly Release[] {
  const subnet = view.get(Subnet, name);
  return view.referrers(AddressClaim, IP, keyOf(ip))
    .filter((c) =>
      c.spec.holder.uid === ip.metadata.uid && c.spec.subnetUid !== subnet?.metadata.uid &&
      ownerUidOf(ip) === undefined
    )
    .map((c) => ({
      kind: AddressClaim,
      object: c,
      because: [gone(Subnet, c.spec.subnet, c.spec.subnetUid)],
    }));
}

interface Refused {
  readonly until?: readonly Trigger[];
  readonly release?: readonly Release[];
}

function refuse(ip: IP, message: string, { until = [], release = [] }: Refused = {}): Plan {
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[IP, keyOf(ip)], ...until], { release });
}
