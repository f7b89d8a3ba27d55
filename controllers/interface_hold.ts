/**
 * The two locks of one interface, of a pod or a node: what the view knows of its record decides what comes next (FAULTS §4.2).
 *
 * | record in the view           | the owner shows its address | then                                        |
 * |------------------------------|-----------------------------|---------------------------------------------|
 * | none                         | no                          | 0, 1: choose, and hold what was chosen      |
 * | none                         | yes, and it was ours        | 8: the record comes back with that address  |
 * | of another owner             | –                           | wait; its name is taken                     |
 * | of an earlier pod            | –                           | wait until it is released                   |
 * | of an earlier node, reserved | –                           | 1b: adopt it                                |
 * | ours, its Subnet is unusable | no                          | W: withdraw it                              |
 * | ours                         | –                           | 2–5: hold it                                |
 */
import { AddressClaim, claimName } from "../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID, podKey, STATIC_MAC, SUBNET_UID } from "../crds/annotations.ts";
import { Node, type Pod } from "../crds/foreign.ts";
import { IP } from "../crds/ip.ts";
import { FINALIZER, IP_RESERVED_LABEL, OLD_FINALIZER } from "../crds/labels.ts";
import { publicationOf } from "../crds/published.ts";
import { ledger } from "../crds/projections.ts";
import { PodReason } from "../crds/reasons.ts";
import { addressesOf, isKept, isReservation, ownerKeyOf, ownerUidOf, subnetUidOf } from "../crds/record.ts";
import { Subnet } from "../crds/subnet.ts";
import { parseAddress } from "../ipam/address.ts";
import { refusalByLayout } from "../ipam/admit.ts";
import { formatMac, parseMac } from "../ipam/mac.ts";
import { isDeleting, type Key, keyOf, type Kind, type Obj } from "../reconcile/kind.ts";
import {
  type Fact,
  type Hold,
  holds,
  type Release,
  type Trigger,
  type Wait,
  wait,
  want,
} from "../reconcile/plan.ts";
import type { View } from "../reconcile/view.ts";
import { isGuarded } from "./guarded.ts";
import { claimEntries, recordEntry } from "./interface_record.ts";

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
  /** The same name means the same owner, so it takes over the record of its predecessor. */
  readonly identity: boolean;
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
}

/** What the owner was told of its interface. */
interface Told {
  readonly subnet: string;
  /** Canonical, as {@link Interface.addresses}. */
  readonly addresses: readonly string[];
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

/** Whether the owner's annotations of that network show just the addresses of this record. */
export function isShown(owner: Pod | Node, record: IP, provider: string): boolean {
  const shown = publicationOf(owner, provider), addresses = addressesOf(record);
  return shown !== undefined && shown.addresses.length === addresses.length &&
    (shown.subnet === record.spec.subnet || shown.subnet === "") &&
    shown.addresses.every((address) => addresses.includes(address));
}

function holdMet(owner: Owner, record: IP, view: View): Hold | Wait {
  const { key } = owner, { uid } = owner.object.metadata;
  const holder = ownerKeyOf(record), holderUid = ownerUidOf(record);
  if (holder !== undefined && holder !== key) {
    return refused(owner, `AddressConflict: record ${owner.record} belongs to ${holder}`);
  }
  if (isDeleting(record)) return leaving(owner, record);
  const reserved = isReservation(record), shown = isShown(owner.object, record, owner.provider);
  const adoptable = reserved || owner.identity || (holderUid === undefined && shown);
  if (holderUid !== uid && !adoptable) return holderUid ? leaving(owner, record) : unowned(owner, record);
  const subnet = view.get(Subnet, record.spec.subnet);
  if (!shown && isLost(record, subnet)) return stranded(owner, record, { subnet, reserved });
  if (!subnet && subnetUidOf(record) === undefined) {
    return homeless(owner, record.spec.subnet, addressesOf(record));
  }
  const told = { subnet: record.spec.subnet ?? "", addresses: addressesOf(record) };
  const obstacle = shown
    ? takenBy(owner, told, view) ?? (holderUid === undefined ? impossible(owner, told, view) : undefined)
    : reserved
    ? whyNotInForce(owner, record, view)
    : undefined;
  return obstacle ?? heldAs(owner, record, { subnet, reserved, shown });
}

interface Circumstances {
  readonly subnet: Subnet | undefined;
  readonly reserved: boolean;
  readonly shown: boolean;
}

function heldAs(
  { object, key: ownerKey }: Owner,
  record: IP,
  { subnet, reserved, shown }: Circumstances,
): Hold {
  const { uid } = object.metadata, { name } = record.metadata;
  const subnetUid = subnetUidOf(record) ?? subnet?.metadata.uid ?? "";
  const annotations = { [OWNER_UID]: uid, [OWNER_KEY]: ownerKey, [SUBNET_UID]: subnetUid };
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
    }),
    owner: uid,
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

/**
 * Its Subnet cannot be used; without step W owner and Subnet would wait for each other for ever. A reservation stays until its user
 * deletes it.
 */
function stranded(
  owner: Owner,
  record: IP,
  { subnet, reserved }: { readonly subnet: Subnet | undefined; readonly reserved: boolean },
): Wait {
  const name = record.spec.subnet ?? "";
  const state = subnet
    ? isDeleting(subnet) ? "is being deleted" : "was replaced or let go"
    : "does not exist";
  const message = `NoSubnet: Subnet ${name} ${state}`;
  if (reserved) return refused(owner, message, [[Subnet, name]]);
  return withdrawn(owner, record, {
    message,
    because: [holds(Subnet, name, (live) => isLost(record, live))],
    until: [[Subnet, name]],
  });
}

/** It names no owner, as those of Kube-OVN, and ours does not show its addresses: an earlier one of that name had them. */
function unowned(owner: Owner, record: IP): Wait {
  const message =
    `AddressConflict: record ${record.metadata.name} is not known to be of this pod, and is replaced`;
  return withdrawn(owner, record, { message, because: [], until: [] });
}

interface Withdrawal {
  readonly message: string;
  readonly because: readonly Fact[];
  readonly until: readonly Trigger[];
}

/** Step W: nobody was told. */
function withdrawn(
  { kind, object, provider }: Owner,
  record: IP,
  { message, because, until }: Withdrawal,
): Wait {
  const shows = (answer: Obj) => isShown(answer as Pod | Node, record, provider);
  const release: Release = { kind: IP, object: record, because, withdraw: { kind, object, shows } };
  const triggers: [Trigger, ...Trigger[]] = [[IP, keyOf(record)], ...until];
  return wait({ reason: PodReason.AcquireAddressFailed, message }, triggers, { release: [release] });
}

/** Kube-OVN gave it out, and its Subnet is gone: there is nothing that a claim could name. */
function homeless(owner: Owner, subnet = "", addresses: readonly string[]): Wait {
  return refused(owner, `NoSubnet: Subnet ${subnet} of ${addresses.join(" and ")} does not exist`, [[
    Subnet,
    subnet,
  ]]);
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
  const subnet = shown.subnet || (wasOurs && former.spec.subnet) || "";
  const isOurs = (address: string) =>
    view.get(AddressClaim, claimName(subnet, address))?.spec.ownerKey === key;
  return wasOurs || view.inherited(object) || addresses.some(isOurs) ? { subnet, addresses } : undefined;
}

/**
 * Step 8: somebody deleted the record of an owner that shows its address, or it was never there: Kube-OVN served it before us.
 * Who else has the address in the meantime keeps it, and the owner says so.
 */
function restored(owner: Owner, told: Told, view: View): Hold | Wait {
  const { subnet, addresses } = told, { object, provider, record } = owner;
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
  return newHold(owner, { subnet, subnetUid, addresses, mac, fixedMac }, { published: true });
}

/** Somebody deleted a claim by hand, and another owner has the address since: it keeps it. */
function takenBy(owner: Owner, { subnet, addresses }: Told, view: View): Wait | undefined {
  for (const address of addresses) {
    const claim = view.get(AddressClaim, claimName(subnet, address)), holder = claim?.spec.holder;
    if (
      !claim?.metadata.uid || holder?.name === owner.record && claim.spec.ownerKey === owner.key
    ) continue;
    const message = `AddressConflict: ${address} is held by ${holder?.kind} ${holder?.name}`;
    return refused(owner, message, [[AddressClaim, keyOf(claim)]]);
  }
}

function newHold(owner: Owner, parts: Interface, { published }: { readonly published: boolean }): Hold {
  const { kind, object, key: ownerKey, podName, record } = owner,
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
    }),
    claims: claimEntries({ ...parts, record, mac, ownerKey }),
    owner: uid,
    published,
    reserved: false,
  };
}

/** Ends by itself, unless somebody else holds the record. */
function leaving({ record: name }: Owner, record: IP): Wait {
  const foreign = record.metadata.finalizers?.filter((f) => f !== FINALIZER && f !== OLD_FINALIZER) ?? [];
  const held = isDeleting(record) && foreign.length > 0;
  const message = held
    ? `AddressConflict: record ${name} of an earlier owner is held by finalizer ${foreign.join(", ")}`
    : `record ${name} of an earlier owner is being released`;
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[IP, name]], { quiet: !held });
}

function refused({ kind, object, record }: Owner, message: string, until: readonly Trigger[] = []): Wait {
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [
    [IP, record],
    [kind, keyOf(object)],
    ...until,
  ]);
}

/** A MAC that was asked for, as its claim says it. */
function fixedMacOf({ metadata, spec }: IP): string | undefined {
  const mac = metadata.annotations?.[STATIC_MAC] === "true" ? parseMac(spec.macAddress ?? "") : undefined;
  return mac === undefined ? undefined : formatMac(mac);
}
