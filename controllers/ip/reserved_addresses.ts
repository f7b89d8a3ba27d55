/** The addresses of a reservation: those that its user wrote, or the next free ones; a MAC alone where its Subnet has no block. */
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { canonical } from "../../crds/canonical.ts";
import type { IP } from "../../crds/ip.ts";
import { ledger } from "../../crds/projections.ts";
import { ipsOf } from "../../crds/record.ts";
import { parseAddress } from "../../ipam/address.ts";
import { refusalByLayout } from "../../ipam/admit.ts";
import type { Ledger } from "../../ipam/ledger.ts";
import { type Answer, refuse } from "../../ipam/problem.ts";
import { keyOf } from "../../reconcile/kind.ts";
import type { InUse } from "../subnet/usable.ts";
import type { ReservedMac } from "./reserved_mac.ts";
import type { Reserving } from "./reserving.ts";

export function reservedAddresses(
  ip: IP,
  { mac }: ReservedMac,
  reserving: Reserving,
): Answer<readonly string[]> {
  const { subnet, state: { layout, skip }, own, isEldestAt, view } = reserving, name = keyOf(subnet);
  const space = view.project(ledger, name), ips = ipsOf(ip);
  if (ips.length === 0 && (!layout || hasMacAlone(ip, reserving))) return macAlone(mac, name);
  if (!layout) {
    const message = `spec.ipAddress: Subnet ${name} has no cidrBlock, and so not ${ips.join(" and ")}`;
    return refuse(
      "AddressOutOfRange",
      `${message}; name a Subnet that has one, or reserve a MAC address alone`,
    );
  }
  for (const address of ips) {
    const refusal = space.admit(address, { own }), parsed = parseAddress(address);
    if (!refusal) continue;
    if (parsed !== undefined && !refusalByLayout(parsed, layout) && isEldestAt(address)) continue;
    return { ok: false, refusal };
  }
  const found = ips.length > 0 ? ips : draw({ layout, skip }, space);
  return found ? { ok: true, value: found } : refuse("NoAvailableAddress", `Subnet ${name} has none left`);
}

/** What it reserved before its Subnet got a block stays all that it has: a pod may have been told so. */
function hasMacAlone({ metadata, spec }: IP, { subnet, view }: Reserving): boolean {
  const claim = view.get(AddressClaim, claimName(keyOf(subnet), canonical(spec.macAddress ?? "")));
  return claim?.spec.holder.uid === metadata.uid && claim.spec.subnetUid === subnet.metadata.uid;
}

function macAlone(mac: string, subnet: string): Answer<readonly string[]> {
  if (mac) return { ok: true, value: [mac] };
  const message =
    `spec.macAddress: Subnet ${subnet} has no cidrBlock, and another CNI plugin makes the MAC addresses`;
  return refuse("NoAvailableAddress", `${message} of its interfaces; write one`);
}

function draw(
  { layout: { v4, v6 }, skip }: Pick<InUse, "layout" | "skip">,
  space: Ledger,
): readonly string[] | undefined {
  const drawn = [...(v4 ? [space.next(4, { skip })] : []), ...(v6 ? [space.next(6, { skip })] : [])];
  return drawn.every((a) => a !== undefined) ? drawn as string[] : undefined;
}
