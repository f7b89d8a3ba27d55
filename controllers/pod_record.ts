/**
 * The owner record of a pod's interface: what the view knows of it decides what comes next (FAULTS §4.2).
 *
 * | record in the view            | the pod shows its address | then                                          |
 * |-------------------------------|---------------------------|-----------------------------------------------|
 * | none                          | no                        | 0, 1: choose, and hold what was chosen        |
 * | none                          | yes, and it was ours      | 8: the record comes back with that address    |
 * | of another pod                | –                         | wait; its name is taken                       |
 * | of an earlier pod of the name | –                         | wait until it is released                     |
 * | ours, its Subnet is unusable  | no                        | W: withdraw it                                |
 * | ours, or a reservation        | –                         | 1b–5: hold it                                 |
 */
import { AddressClaim, claimName } from "../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID, STATIC_MAC, SUBNET_UID } from "../crds/annotations.ts";
import { Pod } from "../crds/foreign.ts";
import { IP } from "../crds/ip.ts";
import { FINALIZER, IP_RESERVED_LABEL, OLD_FINALIZER } from "../crds/labels.ts";
import { publishedBy } from "../crds/published.ts";
import { PodReason } from "../crds/reasons.ts";
import { addressesOf, isKept, isReservation, ownerKeyOf, ownerUidOf, subnetUidOf } from "../crds/record.ts";
import { Subnet } from "../crds/subnet.ts";
import { isDeleting, keyOf } from "../reconcile/kind.ts";
import { type Hold, holds, type Release, type Wait, wait, want } from "../reconcile/plan.ts";
import type { View } from "../reconcile/view.ts";
import { claimEntries } from "./interface_record.ts";

/** The hold on a record that the view knows, or why it must wait. */
export function holdMet(pod: Pod, record: IP, view: View): Hold | Wait {
  const key = keyOf(pod), name = record.metadata.name;
  const other = ownerKeyOf(record);
  if (other !== undefined && other !== key) {
    return refused(pod, record, `AddressConflict: record ${name} belongs to ${other}`);
  }
  if (isDeleting(record)) return leaving(record);
  const reserved = isReservation(record), shown = isShown(pod, record);
  const owner = ownerUidOf(record);
  if (owner !== pod.metadata.uid && !reserved && !(owner === undefined && shown)) return leaving(record);
  const subnet = view.get(Subnet, record.spec.subnet);
  if (!shown && !reserved && isLost(record, subnet)) return withdrawn(pod, record, subnet);
  const rival = reserved ? rivalOf(record, view) : undefined;
  if (rival) return refused(pod, record, rival);
  return toHold(pod, record, { subnet, reserved, shown });
}

/** Whether the pod's annotations show just the addresses of this record. */
export function isShown(pod: Pod, record: IP): boolean {
  const shown = publishedBy(pod), addresses = addressesOf(record);
  return shown.length > 0 && shown.length === addresses.length &&
    shown.every((p) => p.subnet === record.spec.subnet && addresses.includes(p.address));
}

interface Circumstances {
  readonly subnet: Subnet | undefined;
  readonly reserved: boolean;
  readonly shown: boolean;
}

function toHold(pod: Pod, record: IP, { subnet, reserved, shown }: Circumstances): Hold {
  const ownerKey = keyOf(pod), subnetUid = subnetUidOf(record) ?? subnet?.metadata.uid ?? "";
  const fixedMac = record.metadata.annotations?.[STATIC_MAC] === "true";
  return {
    record: want(IP, {
      metadata: {
        name: record.metadata.name,
        labels: { [IP_RESERVED_LABEL]: String(reserved) },
        annotations: { [OWNER_UID]: pod.metadata.uid, [OWNER_KEY]: ownerKey, [SUBNET_UID]: subnetUid },
      },
    }),
    met: record,
    claims: claimEntries({
      record: record.metadata.name,
      subnet: record.spec.subnet ?? "",
      subnetUid,
      addresses: addressesOf(record),
      mac: fixedMac ? record.spec.macAddress : undefined,
      ownerKey,
    }),
    owner: pod.metadata.uid,
    published: shown,
    reserved,
  };
}

/** Going is no reason for an identity that took its record over before: it gets its address back. */
function isLost(record: IP, subnet: Subnet | undefined): boolean {
  if (!subnet || !isGuarded(subnet)) return true;
  const uid = subnetUidOf(record);
  return (uid !== undefined && subnet.metadata.uid !== uid) || (isDeleting(subnet) && !isKept(record));
}

const isGuarded = ({ metadata }: Subnet): boolean =>
  metadata.finalizers?.some((f) => f === FINALIZER || f === OLD_FINALIZER) ?? false;

/** Step W: the pod was never told; without it pod and Subnet would wait for each other for ever. */
function withdrawn(pod: Pod, record: IP, subnet: Subnet | undefined): Wait {
  const name = record.spec.subnet ?? "";
  const release: Release = {
    kind: IP,
    object: record,
    because: [holds(Subnet, name, (live) => isLost(record, live))],
    withdraw: { kind: Pod, object: pod, shows: (answer) => isShown(answer as Pod, record) },
  };
  const state = subnet
    ? isDeleting(subnet) ? "is being deleted" : "was replaced or let go"
    : "does not exist";
  const message = `NoSubnet: Subnet ${name} ${state}`;
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[IP, keyOf(record)], [Subnet, name]], {
    release: [release],
  });
}

/** Who holds an address of this reservation instead of it. */
function rivalOf(record: IP, view: View): string | undefined {
  for (const address of addressesOf(record)) {
    const claim = view.get(AddressClaim, claimName(record.spec.subnet ?? "", address));
    if (claim?.metadata.uid && claim.spec.holder.uid !== record.metadata.uid) {
      const { kind, name } = claim.spec.holder;
      return `AddressConflict: ${address} of reservation ${record.metadata.name} is held by ${kind} ${name}`;
    }
  }
}

function leaving(record: IP): Wait {
  const message = `record ${record.metadata.name} of an earlier pod is being released`;
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[IP, keyOf(record)]], { quiet: true });
}

function refused(pod: Pod, record: IP, message: string): Wait {
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[IP, keyOf(record)], [Pod, keyOf(pod)]]);
}
