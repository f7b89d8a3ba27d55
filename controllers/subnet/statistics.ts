/** The eight counters of a Subnet's status, as sets: every address once, each family for itself. */
import type { Ledger } from "../../ipam/ledger.ts";

export function counters(ledger: Ledger): Readonly<Record<string, unknown>> {
  const v4 = ledger.statistics(4), v6 = ledger.statistics(6);
  return {
    v4availableIPs: exact(v4.available),
    v4availableIPrange: v4.availableRange,
    v4usingIPs: exact(v4.using),
    v4usingIPrange: v4.usingRange,
    v6availableIPs: exact(v6.available),
    v6availableIPrange: v6.availableRange,
    v6usingIPs: exact(v6.using),
    v6usingIPrange: v6.usingRange,
  };
}

/** A JSON number where JavaScript has one that is exact. */
export const exact = (n: bigint): number | bigint => n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n;
