/** The MAC of a reservation: the user's own, which takes a claim as every MAC that was asked for, or one derived from the record. */
import { OVN, STATIC_MAC } from "../../crds/annotations.ts";
import type { IP } from "../../crds/ip.ts";
import { ledger } from "../../crds/projections.ts";
import { isOvn } from "../../crds/relations.ts";
import { freeMac } from "../../ipam/mac.ts";
import type { Answer, Refusal } from "../../ipam/problem.ts";
import { parseMacAddress } from "../../ipam/requests.ts";
import { keyOf } from "../../reconcile/kind.ts";
import type { Reserving } from "./reserving.ts";

export interface ReservedMac {
  /** Canonical; empty where there is none. */
  readonly mac: string;
  /** The user wrote it. */
  readonly fixed: boolean;
}

/** Every pod that wears the reservation gets this one. */
export function reservedMac(
  { metadata, spec }: IP,
  { subnet, own, isEldestAt, view }: Reserving,
): Answer<ReservedMac> {
  const space = view.project(ledger, keyOf(subnet));
  if (!spec.macAddress) {
    // Where another plugin makes the interfaces of its network, it makes their MACs as well.
    if (!isOvn(subnet.spec.provider)) return { ok: true, value: { mac: "", fixed: false } };
    const seed = { podUid: metadata.uid, provider: OVN };
    return { ok: true, value: { mac: freeMac(seed, { isFree: (mac) => space.isFree(mac) }), fixed: false } };
  }
  const read = parseMacAddress(spec.macAddress);
  if (!read.ok) return { ok: false, refusal: about(read.refusal) };
  const refusal = space.admit(read.value, { own });
  if (refusal && !isEldestAt(read.value)) return { ok: false, refusal: about(refusal) };
  return { ok: true, value: { mac: read.value, fixed: metadata.annotations?.[STATIC_MAC] !== "false" } };
}

const about = ({ word, message }: Refusal): Refusal => ({ word, message: `spec.macAddress: ${message}` });
