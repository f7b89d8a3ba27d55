/** Pods that wear a Vip: the one pair that has an address together. */
import { IP } from "../../crds/ip.ts";
import { type Worn, wornVipOf } from "../../crds/record.ts";
import type { Facts, Told } from "./facts.ts";

/** The Vip that a pod wears, as its record says. */
export function wornBy({ holder }: Told, { cluster }: Facts): Worn | undefined {
  const record = holder.kind === IP.kind ? cluster.get(IP, holder.name) : undefined;
  return record && wornVipOf(record);
}

/** Whether one of the two wears the other. */
export const together = (a: Told, b: Told, facts: Facts): boolean =>
  wornBy(a, facts)?.uid === b.uid || wornBy(b, facts)?.uid === a.uid;
