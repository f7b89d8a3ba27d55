/** The MAC of a reservation: the user's own, which takes a claim as every MAC that was asked for, or one derived from the record. */
import { OVN, STATIC_MAC } from "../../crds/annotations.ts";
import type { IP } from "../../crds/ip.ts";
import type { Ledger } from "../../ipam/ledger.ts";
import { freeMac } from "../../ipam/mac.ts";
import type { Answer } from "../../ipam/problem.ts";
import { parseMacAddress } from "../../ipam/requests.ts";

export interface ReservedMac {
  /** Canonical; empty where there is none. */
  readonly mac: string;
  /** The user wrote it. */
  readonly fixed: boolean;
}

interface Circumstances {
  readonly space: Ledger;
  /** Occupants of the ledger that are the reservation itself. */
  readonly own: ReadonlySet<string>;
  /** We make the interfaces of its network: where another plugin does, it makes their MACs as well. */
  readonly ours: boolean;
}

/** Every pod that wears the reservation gets this one. */
export function reservedMac(
  { metadata, spec }: IP,
  { space, own, ours }: Circumstances,
): Answer<ReservedMac> {
  if (!spec.macAddress) {
    if (!ours) return { ok: true, value: { mac: "", fixed: false } };
    const seed = { podUid: metadata.uid, provider: OVN };
    return { ok: true, value: { mac: freeMac(seed, { isFree: (mac) => space.isFree(mac) }), fixed: false } };
  }
  const read = parseMacAddress(spec.macAddress);
  if (!read.ok) return read;
  const refusal = space.admit(read.value, { own });
  if (refusal) return { ok: false, refusal };
  return { ok: true, value: { mac: read.value, fixed: metadata.annotations?.[STATIC_MAC] !== "false" } };
}
