/** The MAC of a reservation: the user's own, which takes a claim as every MAC that was asked for, or one derived from the record. */
import { OVN, STATIC_MAC } from "../crds/annotations.ts";
import type { IP } from "../crds/ip.ts";
import type { Ledger } from "../ipam/ledger.ts";
import { freeMac } from "../ipam/mac.ts";
import type { Answer } from "../ipam/problem.ts";
import { parseMacAddress } from "../ipam/requests.ts";

export interface ReservedMac {
  /** Canonical. */
  readonly mac: string;
  /** The user wrote it. */
  readonly fixed: boolean;
}

/**
 * Every pod that wears the reservation gets this one.
 *
 * @param options.own occupants of the ledger that are the reservation itself
 */
export function reservedMac(
  { metadata, spec }: IP,
  { space, own }: { readonly space: Ledger; readonly own: ReadonlySet<string> },
): Answer<ReservedMac> {
  if (!spec.macAddress) {
    const seed = { podUid: metadata.uid, provider: OVN };
    return { ok: true, value: { mac: freeMac(seed, { isFree: (mac) => space.isFree(mac) }), fixed: false } };
  }
  const read = parseMacAddress(spec.macAddress);
  if (!read.ok) return read;
  const refusal = space.admit(read.value, { own });
  if (refusal) return { ok: false, refusal };
  return { ok: true, value: { mac: read.value, fixed: metadata.annotations?.[STATIC_MAC] !== "false" } };
}
