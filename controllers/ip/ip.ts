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
import { isOvn } from "../../crds/relations.ts";
import { Subnet } from "../../crds/subnet.ts";
import { parseAddress } from "../../ipam/address.ts";
import { refusalByLayout } from "../../ipam/admit.ts";
import type { Ledger } from "../../ipam/ledger.ts";
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
import { claimEntries } from "../interface/record.ts";
import { type ReservedMac, reservedMac } from "./reserved_mac.ts";
import { type InUse, usable } from "../subnet/usable.ts";

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
    return address !== undefined && !refusalByLayout(address, layout) && !isOfVip(text, ip, view) &&
      !elderAt(asked, view);
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
  const subnet = view.get(Subnet, name);
  const state = subnet && usable(subnet, view);
  if (!subnet || !state?.ok) {
    const why = state && !state.ok ? state.message : "it does not exist";
    return refuse(ip, `NoSubnet: spec.subnet ${name} cannot be used: ${why}`, {
      until: [[Subnet, name], ...(state && !state.ok ? state.until : [])],
      release: stale(ip, subnet, view),
    });
  }
  if (!mayHave(provider, subnet)) {
    const right = recordName({ name: podName, namespace }, subnet.spec.provider || OVN);
    return refuse(ip, `metadata.name is ${ip.metadata.name}, but spec.subnet ${name} makes it ${right}`, {
      until: [[Subnet, name]],
    });
  }
  const own = new Set([ip.metadata.uid, `IP ${keyOf(ip)}`, `Pod ${namespace}/${podName}`]);
  const space = view.project(ledger, name);
  for (const address of addressesOf(ip)) {
    const refusal = space.admit(address, { own });
    const parsed = parseAddress(address), asked = { own: selvesOf(ip, view), subnet: name, address };
    if (!refusal) continue;
    if (parsed !== undefined && !refusalByLayout(parsed, state.layout) && isEldest(asked, view)) continue;
    return refuse(ip, `${refusal.word}: ${refusal.message}`, { until: [[Subnet, name]] });
  }
  const mac = reservedMac(ip, { space, own, ours: isOvn(subnet.spec.provider) });
  if (!mac.ok) {
    const { word, message } = mac.refusal;
    return refuse(ip, `${word}: spec.macAddress: ${message}`, { until: [[Subnet, name]] });
  }
  const addresses = addressesOf(ip).length > 0 ? addressesOf(ip) : draw(state, view.project(ledger, name));
  if (addresses === undefined) {
    const until: readonly Trigger[] = [[Subnet, name], ...(state.skip?.met ?? [])];
    return refuse(ip, `NoAvailableAddress: Subnet ${name} has none left`, { until });
  }
  const reserved = { addresses, mac: mac.value, subnetUid: subnetUidOf(ip) ?? subnet.metadata.uid };
  return desired({
    apply: [reservation(ip, reserved)],
    claims: addressesOf(ip).length > 0 ? claims(ip, { ...reserved, view }) : [],
    guard: "drop",
  });
}

/** The network of its Subnet, or one of several interfaces in it. */
function mayHave(provider: string, { spec }: Subnet): boolean {
  const network = spec.provider || OVN;
  return provider === network || (network !== OVN && provider.startsWith(`${network}.`));
}

interface Reserved {
  /** Canonical, IPv4 first. */
  readonly addresses: readonly string[];
  readonly mac: ReservedMac;
  readonly subnetUid: string;
}

/** Labelled as a reservation; its fields are filled in only where the user wrote nothing. */
function reservation({ metadata, spec }: IP, { addresses, mac, subnetUid }: Reserved): Entry {
  const { subnet = "", nodeName } = spec;
  const complete = {
    ipAddress: addresses.join(","),
    v4IpAddress: addresses.find((a) => !a.includes(":")) ?? "",
    v6IpAddress: addresses.find((a) => a.includes(":")) ?? "",
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
function stale(ip: IP, subnet: Subnet | undefined, view: View): readonly Release[] {
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

function draw({ layout: { v4, v6 }, skip }: InUse, space: Ledger): readonly string[] | undefined {
  const drawn = [...(v4 ? [space.next(4, { skip })] : []), ...(v6 ? [space.next(6, { skip })] : [])];
  return drawn.every((a) => a !== undefined) ? drawn as string[] : undefined;
}

interface Refused {
  readonly until?: readonly Trigger[];
  readonly release?: readonly Release[];
}

function refuse(ip: IP, message: string, { until = [], release = [] }: Refused = {}): Plan {
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[IP, keyOf(ip)], ...until], { release });
}
