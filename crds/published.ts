/** What Pods and Nodes have been told: the addresses their annotations show. */
import type { Obj } from "../reconcile/kind.ts";
import { OVN, podKey } from "./annotations.ts";
import { canonical } from "./canonical.ts";
import type { Pod } from "./foreign.ts";

/**
 * Whether a Pod holds its addresses: while its object exists and its phase is not terminal, whatever its deletionTimestamp
 * says. No clock decides it.
 */
export function isAlive({ status }: Pod): boolean {
  return status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

/** One address that an object shows, and in which Subnet. */
export interface Published {
  readonly subnet: string;
  /** Canonical; text that is no address is as it was written. */
  readonly address: string;
}

/** One of each family: no network has more, and whoever writes an annotation of his own may not squat on a whole Subnet. */
const MOST = 2;

/** Every address that an `allocated` network of this object shows. */
export function publishedBy(object: Obj): readonly Published[] {
  const annotations = object.metadata.annotations;
  if (annotations?.[podKey(OVN, "allocated")] !== "true") return [];
  const subnet = annotations[podKey(OVN, "logical_switch")], text = annotations[podKey(OVN, "ip_address")];
  if (!subnet || !text) return [];
  const addresses = text.split(",", MOST + 1);
  return addresses.length > MOST ? [] : addresses.map((address) => ({ subnet, address: canonical(address) }));
}

/** Whether the object shows this address of this Subnet, however the text is written. */
export function publishes(object: Obj, { subnet, address }: Published): boolean {
  const wanted = canonical(address);
  return publishedBy(object).some((p) => p.subnet === subnet && p.address === wanted);
}
