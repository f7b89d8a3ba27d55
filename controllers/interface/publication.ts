/** What the owner of an interface shows that it was told: by us, or before our time. */
import { AddressClaim, claimName, wornAddress } from "../../crds/address_claim.ts";
import { IP } from "../../crds/ip.ts";
import { ledger } from "../../crds/projections.ts";
import { publicationOf } from "../../crds/published.ts";
import { addressesOf, ownerUidOf, type Worn, wornVipOf } from "../../crds/record.ts";
import { parseAddress } from "../../ipam/address.ts";
import { refusalByLayout } from "../../ipam/admit.ts";
import { parseMac } from "../../ipam/mac.ts";
import { keyOf } from "../../reconcile/kind.ts";
import type { Wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { wornSince } from "../holder/worn_vip.ts";
import { elderAt } from "../common/elder.ts";
import { subnetWith } from "../subnet/provider.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Owner } from "./owner.ts";
import { isShown } from "./shown.ts";
import { refused } from "./wait.ts";

/** What the owner was told of its interface. */
export interface Told {
  readonly subnet: string;
  /** Canonical, as {@link Interface.addresses}. */
  readonly addresses: readonly string[];
  readonly wears: Worn | undefined;
}

/** What its record says that it was told, or is to be. */
export function toldBy({ object, provider }: Owner, record: IP, view: View): Told {
  const told = { subnet: record.spec.subnet ?? "", addresses: addressesOf(record) };
  if (ownerUidOf(record) !== undefined) return { ...told, wears: wornVipOf(record) };
  return { ...told, wears: wornSince({ object, provider, ...told }, view) };
}

/**
 * The addresses that the owner shows because we told it so: a claim of its record is still there, its record was there until
 * somebody deleted it, or the owner was there before this process began. Any other `allocated` was written by somebody else and
 * means nothing.
 */
export function ownPublication({ object, key, record, provider }: Owner, view: View): Told | undefined {
  const shown = publicationOf(object, provider);
  const addresses = shown?.addresses.filter(isAddress) ?? [];
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

const isAddress = (text: string): boolean => parseAddress(text) !== undefined || parseMac(text) !== undefined;

/** Somebody deleted a claim by hand, and another owner has the address since: it keeps it. */
export function takenBy(owner: Owner, { subnet, addresses, wears }: Told, view: View): Wait | undefined {
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

/** Before our time somebody else was told the same. */
export function outranked(owner: Owner, { subnet, addresses, wears }: Told, view: View): Wait | undefined {
  if (wears) return undefined;
  const own = [owner.object, view.get(IP, owner.record)];
  for (const address of addresses) {
    const elder = elderAt({ own, subnet, address }, view);
    if (!elder) continue;
    const { kind, key } = elder,
      message = `AddressConflict: ${address} is held by ${kind.kind} ${key}, which is older`;
    return refused(owner, message, [[kind, key]]);
  }
}

/**
 * It was told before our time what we never give out. That is left alone: with a claim on its gateway or outside its block a Subnet
 * could serve nobody, and anybody may have written such an annotation before we came. What is claimed already costs nothing more.
 */
export function impossible(owner: Owner, { subnet, addresses }: Told, view: View): Wait | undefined {
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
