/**
 * The two locks of one interface, of a pod or a node: what the view knows of its record decides what comes next.
 * Numbers are steps of docs/register.md.
 *
 * | record in the view           | the owner shows its address | then                                        |
 * |------------------------------|-----------------------------|---------------------------------------------|
 * | none                         | no                          | 0, 1: choose, and hold what was chosen      |
 * | none                         | yes, and it was ours        | 8: the record comes back with that address  |
 * | of another owner             | –                           | wait; its name is taken                     |
 * | one that a sharer creates    | –                           | wait; it has no uid to be written by yet    |
 * | of an earlier pod            | –                           | wait until it is released                   |
 * | of a predecessor, reserved   | –                           | 1b: adopt it                                |
 * | ours, its Subnet is unusable | no                          | W: withdraw it                              |
 * | ours                         | –                           | 2–5: hold it                                |
 */
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID, podKey, SUBNET_UID } from "../../crds/annotations.ts";
import { Node, type Pod } from "../../crds/foreign.ts";
import { identityAnnotations, sharersOf } from "../../crds/identity.ts";
import { IP } from "../../crds/ip.ts";
import { IP_RESERVED_LABEL } from "../../crds/labels.ts";
import { PodReason } from "../../crds/reasons.ts";
import {
  addressesOf,
  isReservation,
  ownerKeyOf,
  ownerUidOf,
  subnetUidOf,
  type Worn,
} from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import { type Hold, type Trigger, type Wait, wait, want } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { isVipLost } from "../holder/worn_vip.ts";
import { fixedMacOf, isHeld, whyNotInForce } from "./held.ts";
import type { Interface, Owner } from "./owner.ts";
import { impossible, outranked, ownPublication, takenBy, type Told, toldBy } from "./publication.ts";
import { claimEntries, recordEntry, wornAnnotations } from "./record.ts";
import { isShown } from "./shown.ts";
import { arriving, homeless, isLost, leaving, refused, stranded, undressed, unowned } from "./wait.ts";

/**
 * The interface's hold, or what it waits for.
 *
 * @param fresh called where nothing is there yet and nothing was promised; `undefined`: nothing is wanted either.
 */
export function holdOf(
  owner: Owner,
  view: View,
  fresh: () => Interface | Wait | undefined,
): Hold | Wait | undefined {
  const record = view.get(IP, owner.record);
  if (record) return holdMet(owner, record, view);
  const told = ownPublication(owner, view);
  if (told) return restored(owner, told, view);
  const chosen = leftBehind(owner, view) ?? fresh();
  return chosen === undefined || "verdict" in chosen ? chosen : newHold(owner, chosen, { published: false });
}

/**
 * Claims of a record that is gone: somebody deleted it, and may have done so while a replica was telling the owner its address. They
 * are fenced before they go (step 7), so whoever is still at it fails; only then is another address chosen.
 */
function leftBehind({ key, record }: Owner, view: View): Wait | undefined {
  const claims = view.referrers(AddressClaim, IP, record).filter(({ metadata, spec }) =>
    metadata.uid !== "" && spec.ownerKey === key
  );
  const [first, ...others] = claims.map((claim): Trigger => [AddressClaim, keyOf(claim)]);
  if (!first) return undefined;
  const message = `claims of an earlier record are being released: ${claims.map(keyOf).join(", ")}`;
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [first, ...others], { quiet: true });
}

/** Whether the owner shows what we told it of this interface, and nobody else wrote it. */
export function isTold(owner: Owner, view: View): boolean {
  const { object, provider } = owner, record = view.get(IP, owner.record);
  return record && ownerKeyOf(record) === owner.key
    ? isShown(object, record, provider)
    : ownPublication(owner, view) !== undefined;
}

function holdMet(owner: Owner, record: IP, view: View): Hold | Wait {
  const { key } = owner, { uid } = owner.object.metadata;
  const holder = ownerKeyOf(record), holderUid = ownerUidOf(record);
  if (holder !== undefined && holder !== key) {
    return refused(owner, `AddressConflict: record ${owner.record} belongs to ${holder}`);
  }
  if (isDeleting(record)) return leaving(owner, record);
  if (record.metadata.uid === "") return arriving(owner);
  const reserved = isReservation(record), shown = isShown(owner.object, record, owner.provider);
  const served = holderUid === uid || (shown && sharesWith(holderUid, owner));
  const adoptable = reserved || (holderUid === undefined && shown) || (!served && owner.succeeds(record));
  if (!served && !adoptable) return holderUid ? leaving(owner, record) : unowned(owner, record, view);
  const subnet = view.get(Subnet, record.spec.subnet);
  const told = toldBy(owner, record, view), { wears } = told;
  const settled = !served && !reserved && isHeld(record, view);
  if (!shown && isLost(record, subnet, { settled })) return stranded(owner, record, { reserved, view });
  if (!shown && !settled && wears && isVipLost(wears, view.get(Vip, wears.name))) {
    return undressed(owner, record, { wears, view });
  }
  if (!subnet && subnetUidOf(record) === undefined) {
    return homeless(owner, record.spec.subnet, addressesOf(record));
  }
  const obstacle = shown
    ? takenBy(owner, told, view) ?? (holderUid === undefined ? unfit(owner, told, view) : undefined)
    : reserved
    ? whyNotInForce(owner, record, view)
    : undefined;
  return obstacle ?? heldAs(owner, record, { subnet, reserved, shown, served, wears });
}

/** One of those that share a record does not take it from another one: both have it. */
const sharesWith = (holderUid: string | undefined, { key }: Owner): boolean =>
  holderUid !== undefined && sharersOf(key) !== undefined;

interface Circumstances {
  readonly subnet: Subnet | undefined;
  readonly reserved: boolean;
  readonly shown: boolean;
  /** It is, or shares it with, the one that the record names. */
  readonly served: boolean;
  readonly wears: Worn | undefined;
}

function heldAs(
  { kind, object, key: ownerKey, identity }: Owner,
  record: IP,
  { subnet, reserved, shown, served, wears }: Circumstances,
): Hold {
  const uid = (served && ownerUidOf(record)) || object.metadata.uid, { name } = record.metadata;
  const subnetUid = subnetUidOf(record) ?? subnet?.metadata.uid ?? "";
  const annotations = {
    [OWNER_UID]: uid,
    [OWNER_KEY]: ownerKey,
    [SUBNET_UID]: subnetUid,
    ...(identity && !reserved ? identityAnnotations(identity) : {}),
    ...wornAnnotations(wears),
  };
  return {
    record: want(IP, { metadata: { name, labels: { [IP_RESERVED_LABEL]: String(reserved) }, annotations } }),
    met: record,
    claims: claimEntries({
      record: name,
      subnet: record.spec.subnet ?? "",
      subnetUid,
      addresses: addressesOf(record),
      mac: fixedMacOf(record),
      ownerKey,
      wears,
    }),
    owner: uid,
    ownerAt: [kind, keyOf(object)],
    published: shown,
    reserved,
  };
}

/**
 * Step 8: somebody deleted the record of an owner that shows its address, or it was never there: Kube-OVN served it before us.
 * Who else has the address in the meantime keeps it, and the owner says so.
 */
function restored(owner: Owner, told: Told, view: View): Hold | Wait {
  const { subnet, addresses, wears } = told, { object, provider, record } = owner;
  const taken = takenBy(owner, told, view);
  if (taken) return taken;
  const claims = addresses.map((address) => view.get(AddressClaim, claimName(subnet, address)));
  const last = view.former(IP, record);
  // An earlier pod of that name may have been in another Subnet.
  const former = last?.spec.subnet === subnet ? last : undefined;
  const subnetUid = claims.find((c) => c)?.spec.subnetUid ?? (former && subnetUidOf(former)) ??
    view.get(Subnet, subnet)?.metadata.uid;
  if (subnetUid === undefined) return homeless(owner, subnet, addresses);
  const isOurs = claims.some((c) => c) || (former && ownerUidOf(former) === object.metadata.uid);
  const obstacle = isOurs ? undefined : unfit(owner, told, view);
  if (obstacle) return obstacle;
  const mac = object.metadata.annotations?.[podKey(provider, "mac_address")];
  const fixedMac = mac !== undefined && !addresses.includes(mac) &&
    view.get(AddressClaim, claimName(subnet, mac)) !== undefined;
  return newHold(owner, { subnet, subnetUid, addresses, mac, fixedMac, wears }, { published: true });
}

/** Why what was told before our time is not taken over. */
const unfit = (owner: Owner, told: Told, view: View): Wait | undefined =>
  impossible(owner, told, view) ?? outranked(owner, told, view);

function newHold(owner: Owner, parts: Interface, { published }: { readonly published: boolean }): Hold {
  const { kind, object, key: ownerKey, podName, record, identity } = owner,
    { name, namespace = "", uid } = object.metadata;
  const nodeName = kind === Node ? name : (object as Pod).spec.nodeName;
  const mac = parts.fixedMac ? parts.mac : undefined;
  return {
    record: recordEntry({
      ...parts,
      name: record,
      ownerUid: uid,
      ownerKey,
      podName,
      namespace,
      nodeName,
      identity,
    }),
    claims: claimEntries({ ...parts, record, mac, ownerKey }),
    owner: uid,
    ownerAt: [kind, keyOf(object)],
    published,
    reserved: false,
  };
}
