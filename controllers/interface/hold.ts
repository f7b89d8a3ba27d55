/**
 * The two locks of one interface, of a pod or a node: what the view knows of its record decides what comes next (FAULTS §4.2).
 *
 * | record in the view           | the owner shows its address | then                                        |
 * |------------------------------|-----------------------------|---------------------------------------------|
 * | none                         | no                          | 0, 1: choose, and hold what was chosen      |
 * | none                         | yes, and it was ours        | 8: the record comes back with that address  |
 * | of another owner             | –                           | wait; its name is taken                     |
 * | of an earlier pod            | –                           | wait until it is released                   |
 * | of a predecessor, reserved   | –                           | 1b: adopt it                                |
 * | ours, its Subnet is unusable | no                          | W: withdraw it                              |
 * | ours                         | –                           | 2–5: hold it                                |
 */
import { AddressClaim, claimName, wornAddress } from "../../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID, podKey, STATIC_MAC, SUBNET_UID } from "../../crds/annotations.ts";
import { Node, type Pod } from "../../crds/foreign.ts";
import { type Identity, identityAnnotations, sharersOf } from "../../crds/identity.ts";
import { IP } from "../../crds/ip.ts";
import { IP_RESERVED_LABEL } from "../../crds/labels.ts";
import { publicationOf } from "../../crds/published.ts";
import { ledger } from "../../crds/projections.ts";
import { PodReason } from "../../crds/reasons.ts";
import {
  addressesOf,
  isReservation,
  ownerKeyOf,
  ownerUidOf,
  subnetUidOf,
  type Worn,
  wornVipOf,
} from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { parseAddress } from "../../ipam/address.ts";
import { refusalByLayout } from "../../ipam/admit.ts";
import { formatMac, parseMac } from "../../ipam/mac.ts";
import { isDeleting, type Key, keyOf, type Kind } from "../../reconcile/kind.ts";
import { type Hold, type Trigger, type Wait, wait, want } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { claimEntries, recordEntry, wornAnnotations } from "./record.ts";
import { homeless, isLost, leaving, refused, stranded, undressed, unowned } from "./wait.ts";
import { subnetWith } from "../subnet/provider.ts";
import { isShown } from "./shown.ts";
import { isVipLost, wornSince } from "../holder/worn_vip.ts";

/** Whom an interface belongs to. */
export interface Owner {
  readonly kind: Kind;
  readonly object: Pod | Node;
  /** How records and claims name it: `<namespace>/<pod>`, or `<node>`. */
  readonly key: Key;
  /** Of the pod or node, as records name it. */
  readonly podName: string;
  /** Provider of the network that the interface is in. */
  readonly provider: string;
  /** Name of the interface's record. */
  readonly record: string;
  /** Who keeps its record while pods come and go. */
  readonly identity: Identity | undefined;
  /** Whether it takes over this record, which served another one. */
  readonly succeeds: (record: IP) => boolean;
}

/** What a new record says. */
export interface Interface {
  readonly subnet: string;
  readonly subnetUid: string;
  /** Canonical, IPv4 first. */
  readonly addresses: readonly string[];
  readonly mac: string | undefined;
  /** The MAC was asked for, and takes a claim. */
  readonly fixedMac: boolean;
  /** The addresses and the MAC are those of this Vip. */
  readonly wears?: Worn | undefined;
}

/** What the owner was told of its interface. */
interface Told {
  readonly subnet: string;
  /** Canonical, as {@link Interface.addresses}. */
  readonly addresses: readonly string[];
  readonly wears: Worn | undefined;
}

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
    ? takenBy(owner, told, view) ?? (holderUid === undefined ? impossible(owner, told, view) : undefined)
    : reserved
    ? whyNotInForce(owner, record, view)
    : undefined;
  return obstacle ?? heldAs(owner, record, { subnet, reserved, shown, served, wears });
}

function toldBy({ object, provider }: Owner, record: IP, view: View): Told {
  const told = { subnet: record.spec.subnet ?? "", addresses: addressesOf(record) };
  if (ownerUidOf(record) !== undefined) return { ...told, wears: wornVipOf(record) };
  return { ...told, wears: wornSince({ object, provider, ...told }, view) };
}

/** One of those that share a record does not take it from another one: both have it. */
const sharesWith = (holderUid: string | undefined, { key }: Owner): boolean =>
  holderUid !== undefined && sharersOf(key) !== undefined;

/** Whether all that it stands for is known to be its own. */
function isHeld(record: IP, view: View): boolean {
  const { subnet = "" } = record.spec, mac = fixedMacOf(record), wears = wornVipOf(record);
  const all = wears ? [wornAddress(wears.uid)] : [...addressesOf(record), ...(mac ? [mac] : [])];
  return all.every((address) => {
    const claim = view.get(AddressClaim, claimName(subnet, address));
    return claim?.metadata.uid && claim.spec.holder.uid === record.metadata.uid;
  });
}

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
 * It was told before our time what we never give out. That is left alone: with a claim on its gateway or outside its block a Subnet
 * could serve nobody, and anybody may have written such an annotation before we came. What is claimed already costs nothing more.
 */
function impossible(owner: Owner, { subnet, addresses }: Told, view: View): Wait | undefined {
  const { layout } = view.project(ledger, subnet);
  for (const address of addresses) {
    if (view.get(AddressClaim, claimName(subnet, address))?.metadata.uid) continue;
    const parsed = parseAddress(address);
    const refusal = parsed === undefined ? undefined : refusalByLayout(parsed, layout);
    if (!refusal) continue;
    const message = `${refusal.word}: Subnet ${subnet}: ${refusal.message}, and not taken over`;
    return refused(owner, message, [[Subnet, subnet]]);
  }
}

/** A reservation is worn only once it holds what it reserves: it may name addresses that nobody can have. */
function whyNotInForce(owner: Owner, record: IP, view: View): Wait | undefined {
  const name = `reservation ${record.metadata.name}`,
    addresses = addressesOf(record),
    mac = fixedMacOf(record);
  if (addresses.length === 0) return refused(owner, `NoAvailableAddress: ${name} has no address yet`);
  for (const address of [...addresses, ...(mac ? [mac] : [])]) {
    const key = claimName(record.spec.subnet ?? "", address), claim = view.get(AddressClaim, key);
    // One that is only about to be created may turn out to be somebody else's.
    const holder = claim?.metadata.uid ? claim.spec.holder : undefined;
    if (holder?.uid === record.metadata.uid) continue;
    const message = holder
      ? `AddressConflict: ${address} of ${name} is held by ${holder.kind} ${holder.name}`
      : `NoAvailableAddress: ${name} does not hold ${address}; see the Events of IP ${record.metadata.name}`;
    return refused(owner, message, [[AddressClaim, key]]);
  }
}

/**
 * The addresses that the owner shows because we told it so: a claim of its record is still there, its record was there until
 * somebody deleted it, or the owner was there before this process began. Any other `allocated` was written by somebody else and
 * means nothing.
 */
function ownPublication({ object, key, record, provider }: Owner, view: View): Told | undefined {
  const shown = publicationOf(object, provider);
  const addresses = shown?.addresses.filter((address) => parseAddress(address) !== undefined) ?? [];
  if (!shown || addresses.length === 0) return undefined;
  const former = view.former(IP, record);
  const wasOurs = former && ownerUidOf(former) === object.metadata.uid && isShown(object, former, provider);
  const subnet = shown.subnet || (wasOurs && former.spec.subnet) || subnetWith(addresses, provider, view);
  const wears = wornSince({ object, provider, subnet, addresses }, view);
  const claimed = wears ? [wornAddress(wears.uid)] : addresses;
  const isOurs = (address: string) =>
    view.get(AddressClaim, claimName(subnet, address))?.spec.ownerKey === key;
  return wasOurs || view.inherited(object) || claimed.some(isOurs) ? { subnet, addresses, wears } : undefined;
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
  const former = view.former(IP, record);
  const subnetUid = claims.find((c) => c)?.spec.subnetUid ?? (former && subnetUidOf(former)) ??
    view.get(Subnet, subnet)?.metadata.uid;
  if (subnetUid === undefined) return homeless(owner, subnet, addresses);
  const isOurs = claims.some((c) => c) || (former && ownerUidOf(former) === object.metadata.uid);
  const obstacle = isOurs ? undefined : impossible(owner, told, view);
  if (obstacle) return obstacle;
  const mac = object.metadata.annotations?.[podKey(provider, "mac_address")];
  const fixedMac = mac !== undefined && view.get(AddressClaim, claimName(subnet, mac)) !== undefined;
  return newHold(owner, { subnet, subnetUid, addresses, mac, fixedMac, wears }, { published: true });
}

/** Somebody deleted a claim by hand, and another owner has the address since: it keeps it. */
function takenBy(owner: Owner, { subnet, addresses, wears }: Told, view: View): Wait | undefined {
  for (const address of wears ? [...addresses, wornAddress(wears.uid)] : addresses) {
    const claim = view.get(AddressClaim, claimName(subnet, address)), holder = claim?.spec.holder;
    if (
      !claim?.metadata.uid || holder?.name === owner.record && claim.spec.ownerKey === owner.key ||
      holder?.uid === wears?.uid
    ) continue;
    const message = `AddressConflict: ${address} is held by ${holder?.kind} ${holder?.name}`;
    return refused(owner, message, [[AddressClaim, keyOf(claim)]]);
  }
}

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

/** A MAC that was asked for, as its claim says it. */
function fixedMacOf({ metadata, spec }: IP): string | undefined {
  const mac = metadata.annotations?.[STATIC_MAC] === "true" ? parseMac(spec.macAddress ?? "") : undefined;
  return mac === undefined ? undefined : formatMac(mac);
}
