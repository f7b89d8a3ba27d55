/**
 * Records that no pod has asked for: reservations of users, and what Kube-OVN left behind.
 *
 * Records of pods and nodes need no handler: their pod or node plans for them, and relations release them.
 */
import { SUBNET_UID } from "../crds/annotations.ts";
import { AddressClaim } from "../crds/address_claim.ts";
import { IP, recordName } from "../crds/ip.ts";
import { recordLabels } from "../crds/labels.ts";
import { ledger } from "../crds/projections.ts";
import { PodReason } from "../crds/reasons.ts";
import { addressesOf, isReservation, ownerUidOf, subnetUidOf } from "../crds/record.ts";
import { Subnet } from "../crds/subnet.ts";
import { formatAddress, parseAddress } from "../ipam/address.ts";
import type { Layout } from "../ipam/layout.ts";
import { isDeleting, keyOf } from "../reconcile/kind.ts";
import {
  desired,
  type Entry,
  gone,
  type Plan,
  type Release,
  type Trigger,
  wait,
  want,
} from "../reconcile/plan.ts";
import { controller, on } from "../reconcile/table.ts";
import type { View } from "../reconcile/view.ts";
import { claimEntries } from "./interface_record.ts";
import { usable } from "./usable.ts";

export default controller("ip", [
  on(IP, reconcile),
]);

/** A record never holds on by a finalizer: those that Kube-OVN put there are taken off. */
export function reconcile(ip: IP, view: View): Plan {
  if (isDeleting(ip)) return desired();
  if (isReservation(ip)) return reserve(ip, view);
  return desired({ claims: ownerUidOf(ip) === undefined ? imported(ip, view) : [], guard: "drop" });
}

/** A record of Kube-OVN has no claims yet; its Subnet may be gone, then there is nothing to claim. */
function imported(ip: IP, view: View): readonly Entry[] {
  const subnet = view.get(Subnet, ip.spec.subnet);
  return subnet ? claims(ip, { subnetUid: subnet.metadata.uid, addresses: addressesOf(ip), view }) : [];
}

/** Its addresses, or the next free ones, are claimed by the record itself; a pod of that name will get them. */
function reserve(ip: IP, view: View): Plan {
  const { podName = "", namespace = "", subnet: name } = ip.spec;
  const computed = recordName({ name: podName, namespace });
  if (computed !== ip.metadata.name) {
    return refuse(
      ip,
      `metadata.name is ${ip.metadata.name}, but spec.podName and spec.namespace make it ${computed}; create it under that name`,
    );
  }
  if (!name) return refuse(ip, "spec.subnet is empty; name the Subnet to reserve from");
  const subnet = view.get(Subnet, name);
  const state = subnet && usable(subnet, view);
  if (!subnet || !state?.ok) {
    const why = state && !state.ok ? state.message : "it does not exist";
    return refuse(ip, `NoSubnet: spec.subnet ${name} cannot be used: ${why}`, {
      until: [[Subnet, name], ...(state && !state.ok ? state.until : [])],
      release: stale(ip, subnet, view),
    });
  }
  const own = new Set([ip.metadata.uid, `IP ${keyOf(ip)}`, `Pod ${namespace}/${podName}`]);
  const space = view.project(ledger, name);
  for (const address of addressesOf(ip)) {
    const refusal = space.admit(address, { own });
    if (refusal) return refuse(ip, `${refusal.word}: ${refusal.message}`, { until: [[Subnet, name]] });
  }
  const addresses = addressesOf(ip).length > 0
    ? addressesOf(ip).map(canonical)
    : draw(state.layout, view, name);
  if (addresses === undefined) {
    return refuse(ip, `NoAvailableAddress: Subnet ${name} has none left`, { until: [[Subnet, name]] });
  }
  const subnetUid = subnet.metadata.uid;
  return desired({
    apply: [reservation(ip, addresses, subnetUid)],
    claims: addressesOf(ip).length > 0 ? claims(ip, { subnetUid, addresses, view }) : [],
    guard: "drop",
  });
}

/** Labelled as a reservation; addresses are filled in only where the user gave none. */
function reservation(ip: IP, addresses: readonly string[], subnetUid: string): Entry {
  const { subnet = "", nodeName } = ip.spec;
  const drawn = addressesOf(ip).length > 0 ? {} : {
    ipAddress: addresses.join(","),
    v4IpAddress: addresses.find((a) => !a.includes(":")) ?? "",
    v6IpAddress: addresses.find((a) => a.includes(":")) ?? "",
  };
  return want(IP, {
    metadata: {
      name: ip.metadata.name,
      labels: recordLabels({ subnet, node: nodeName, reserved: true }),
      annotations: { [SUBNET_UID]: subnetUidOf(ip) ?? subnetUid },
    },
    spec: drawn,
  });
}

interface Claimed {
  readonly subnetUid: string;
  readonly addresses: readonly string[];
  readonly view: View;
}

/** Whoever holds one already keeps it: nothing is taken away here. */
function claims(ip: IP, { subnetUid, addresses, view }: Claimed): readonly Entry[] {
  const { subnet = "", podName = "", namespace = "" } = ip.spec;
  return claimEntries({
    record: ip.metadata.name,
    subnet,
    subnetUid: subnetUidOf(ip) ?? subnetUid,
    addresses: addresses.map(canonical),
    mac: undefined,
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

function draw({ v4, v6 }: Layout, view: View, subnet: string): readonly string[] | undefined {
  const space = view.project(ledger, subnet);
  const drawn = [...(v4 ? [space.next(4)] : []), ...(v6 ? [space.next(6)] : [])];
  return drawn.every((a) => a !== undefined) ? drawn as string[] : undefined;
}

function canonical(address: string): string {
  const parsed = parseAddress(address);
  return parsed === undefined ? address : formatAddress(parsed);
}

interface Refused {
  readonly until?: readonly Trigger[];
  readonly release?: readonly Release[];
}

function refuse(ip: IP, message: string, { until = [], release = [] }: Refused = {}): Plan {
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[IP, keyOf(ip)], ...until], { release });
}
