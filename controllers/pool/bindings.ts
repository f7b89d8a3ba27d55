/** The pools that serve a namespace. */
import type { IPPool } from "../../crds/ip_pool.ts";
import { ledger, poolsOf } from "../../crds/projections.ts";
import { problemText } from "../../ipam/problem.ts";
import { type Key, keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { byAge } from "../common/order.ts";

/**
 * Oldest first, whatever state they are in: one that is not in force does not let its namespace loose on the rest of the Subnet, and
 * says itself why.
 */
export function poolsBoundTo(namespace: Key, view: View): readonly IPPool[] {
  return [...view.project(poolsOf, namespace).values()].sort(byAge);
}

/** Why nobody draws from it, as far as it depends on the pool and its rivals; `undefined` while it is in force. */
export function whyIdle(pool: IPPool, view: View): string | undefined {
  const [problem] = view.project(ledger, pool.spec.subnet).pool(keyOf(pool))?.problems ?? [];
  return problem && problemText(problem);
}
