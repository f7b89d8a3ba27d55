/** Whether a record holds all that it stands for. */
import { AddressClaim, claimName, wornAddress } from "../../crds/address_claim.ts";
import { STATIC_MAC } from "../../crds/annotations.ts";
import type { IP } from "../../crds/ip.ts";
import { addressesOf, wornVipOf } from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import { canonicalMac } from "../../ipam/mac.ts";
import type { Wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import type { Owner } from "./owner.ts";
import { refused } from "./wait.ts";

/** Whether all that it stands for is known to be its own. */
export function isHeld(record: IP, view: View): boolean {
  const { subnet = "" } = record.spec, wears = wornVipOf(record);
  const all = wears ? [wornAddress(wears.uid)] : claimedBy(record);
  return all.every((address) => {
    const claim = view.get(AddressClaim, claimName(subnet, address));
    return claim?.metadata.uid && claim.spec.holder.uid === record.metadata.uid;
  });
}

/**
 * A reservation is worn only once it holds what it reserves, in the Subnet that is there: it may name addresses that nobody can have,
 * and have claimed them while another Subnet had that name.
 */
export function whyNotInForce(owner: Owner, record: IP, view: View): Wait | undefined {
  const name = `reservation ${record.metadata.name}`, addresses = claimedBy(record);
  if (addresses.length === 0) return refused(owner, `NoAvailableAddress: ${name} has no address yet`);
  const { subnet = "" } = record.spec, subnetUid = view.get(Subnet, subnet)?.metadata.uid;
  for (const address of addresses) {
    const key = claimName(subnet, address), claim = view.get(AddressClaim, key);
    // One that is only about to be created may turn out to be somebody else's.
    const { holder, subnetUid: of } = claim?.metadata.uid ? claim.spec : {};
    const isOwn = holder?.uid === record.metadata.uid;
    if (isOwn && of === subnetUid) continue;
    const message = isOwn
      ? `NoSubnet: Subnet ${subnet} was replaced after ${name} had claimed ${address}; make the reservation anew`
      : holder
      ? `AddressConflict: ${address} of ${name} is held by ${holder.kind} ${holder.name}`
      : `NoAvailableAddress: ${name} does not hold ${address}; see the Events of IP ${record.metadata.name}`;
    return refused(owner, message, [[AddressClaim, key], [Subnet, subnet]]);
  }
}

/** Everything that it claims, unless it wears a Vip. */
function claimedBy(record: IP): readonly string[] {
  const mac = fixedMacOf(record);
  return [...new Set([...addressesOf(record), ...(mac ? [mac] : [])])];
}

/** A MAC that was asked for, as its claim says it. */
export function fixedMacOf({ metadata, spec }: IP): string | undefined {
  return metadata.annotations?.[STATIC_MAC] === "true" ? canonicalMac(spec.macAddress ?? "") : undefined;
}
