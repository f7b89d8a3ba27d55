/**
 * Pods that wear a Vip (annotation `vip`): one at a time.
 *
 * The addresses stay claimed by the Vip all the time. The record of the interface names them and the Vip, and claims the right to wear it
 * (`wornAddress`), exclusive by its name like every claim; so whoever loses gives its record up as ever. The Vip stays while a record
 * names it, which is read live before the pod is told (`crds/relations.ts`).
 */
import { AddressClaim, claimName, isWearing, wornAddress } from "../../crds/address_claim.ts";
import { podKey } from "../../crds/annotations.ts";
import { holderKind, placeOf } from "../../crds/holders.ts";
import { IP } from "../../crds/ip.ts";
import { ledger } from "../../crds/projections.ts";
import { type Worn, wornVipOf } from "../../crds/record.ts";
import { PodReason } from "../../crds/reasons.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { isDeleting, type Key, keyOf, type Obj } from "../../reconcile/kind.ts";
import { type Trigger, type Wait, wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import type { Interface, Owner } from "../interface/owner.ts";
import type { PodRequest } from "../pod/request.ts";
import { usableSubnet } from "../subnet/named.ts";

const VIP = holderKind(Vip);

/** What an interface that asks to wear a Vip gets: all that the Vip has. */
export function wear(
  { vip: name = "", subnet: asked }: Pick<PodRequest, "vip" | "subnet">,
  { kind, object, record }: Owner,
  view: View,
): Interface | Wait {
  const vip = view.get(Vip, name);
  const refuse = (message: string, until: readonly Trigger[] = []) =>
    wait({ reason: PodReason.AcquireAddressFailed, message }, [[Vip, name], ...until]);
  if (!vip) return refuse(`NoAvailableAddress: Vip ${name} does not exist`);
  if (isDeleting(vip)) return refuse(`NoAvailableAddress: Vip ${name} is being deleted`);
  const place = placeOf(VIP, vip), addresses = VIP.shownBy(vip), { uid } = vip.metadata;
  const claimOf = (address: string) => view.get(AddressClaim, claimName(place, address))?.spec;
  const holds = addresses.length > 0 && addresses.every((address) => claimOf(address)?.holder.uid === uid);
  if (!holds || !view.established(Vip, vip)) {
    return refuse(`NoAvailableAddress: Vip ${name} has no address yet`);
  }
  if (asked !== undefined && asked !== place) {
    return refuse(`NoSubnet: Vip ${name} is of Subnet ${place}, and Subnet ${asked} was asked for`);
  }
  const lock = claimOf(wornAddress(uid))?.holder,
    own = [`Vip ${name}`, `IP ${record}`, `${kind.kind} ${keyOf(object)}`];
  // Whoever shows its addresses wears it, also when somebody deleted the claim.
  const others = addresses.flatMap((address) => view.project(ledger, place).holders(address).others);
  const wearer = lock && lock.name !== record
    ? `${lock.kind} ${lock.name}`
    : others.find((by) => !own.includes(by));
  if (wearer) {
    const until: Trigger[] = [[AddressClaim, claimName(place, wornAddress(uid))], [Subnet, place]];
    return refuse(`AddressConflict: Vip ${name} is worn by ${wearer}`, until);
  }
  const found = usableSubnet(place, view);
  if (!found.ok) return refuse(`NoSubnet: ${found.message}`, found.until);
  return {
    subnet: place,
    subnetUid: found.subnet.metadata.uid,
    addresses,
    mac: VIP.macOf(vip),
    fixedMac: false,
    wears: { name, uid },
  };
}

/** What an interface was told, and by whom it is owned. */
interface Shown {
  readonly object: Obj;
  readonly provider: string;
  readonly subnet: string;
  readonly addresses: readonly string[];
}

/** The Vip that an interface wears although no record of ours says so: Kube-OVN gave it out, or the record was deleted. */
export function wornSince({ object, provider, subnet, addresses }: Shown, view: View): Worn | undefined {
  const vip = view.get(Vip, object.metadata.annotations?.[podKey(provider, "vip")]);
  if (!vip || placeOf(VIP, vip) !== subnet) return undefined;
  const shown = VIP.shownBy(vip);
  return addresses.every((address) => shown.includes(address))
    ? { name: keyOf(vip), uid: vip.metadata.uid }
    : undefined;
}

/** Whether the Vip that a record wears is going or gone: then nobody may be told its addresses. */
export function isVipLost({ uid }: Worn, vip: Vip | undefined): boolean {
  return vip?.metadata.uid !== uid || isDeleting(vip);
}

/** Name of the record that has the right to wear a Vip, and still does. */
export function wearerOf(vip: Vip, view: View): Key | undefined {
  const lock = view.get(AddressClaim, claimName(placeOf(VIP, vip), wornAddress(vip.metadata.uid)));
  const wearer = view.referrers(IP, Vip, keyOf(vip)).find(({ metadata }) =>
    metadata.uid === lock?.spec.holder.uid
  );
  return wearer && keyOf(wearer);
}

/** The Vip that a claim gives the right to wear. */
export function* wornBy({ spec }: AddressClaim, view: View): Iterable<Key | undefined> {
  const record = isWearing(spec.address) ? view.get(IP, spec.holder.name) : undefined;
  if (record) yield wornVipOf(record)?.name;
}
