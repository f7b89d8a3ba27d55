/** Who may have an address together: a Vip and the pod that wears it, and the pods that run one machine. */
import { IP } from "../../crds/ip.ts";
import { type Worn, wornVipOf } from "../../crds/record.ts";
import { machineOf } from "./machines.ts";
import type { Facts, Told } from "./facts.ts";

/** The Vip that a pod wears, as its record says. */
export function wornBy({ holder }: Told, { cluster }: Facts): Worn | undefined {
  const record = holder.kind === IP.kind ? cluster.get(IP, holder.name) : undefined;
  return record && wornVipOf(record);
}

/** Whether one of the two wears the other, or both run one machine. */
export function together(a: Told, b: Told, facts: Facts): boolean {
  if (wornBy(a, facts)?.uid === b.uid || wornBy(b, facts)?.uid === a.uid) return true;
  const machine = machineOf(a, facts.cluster);
  return machine !== undefined && a.provider === b.provider && machine === machineOf(b, facts.cluster);
}
