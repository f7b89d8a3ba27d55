/** IPPools: judged, counted, never held. Which addresses a pool has is computed from its ranges alone. */
import { AddressClaim } from "../../crds/address_claim.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { isObjectName } from "../../crds/object_name.ts";
import { ledger } from "../../crds/projections.ts";
import { IPPoolReason } from "../../crds/reasons.ts";
import { hasBlock, Subnet } from "../../crds/subnet.ts";
import type { Ledger } from "../../ipam/ledger.ts";
import { quote } from "../../ipam/quote.ts";
import { isDeleting, type Key, keyOf } from "../../reconcile/kind.ts";
import { desired, no, type Plan, type Trigger, wait, yes } from "../../reconcile/plan.ts";
import { controller, on, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { exact } from "../subnet/statistics.ts";
import { problemsText } from "../../ipam/problem.ts";

export default controller("ippool", [
  on(IPPool, reconcile), // its Subnet wakes it by their relation
  wake(IPPool, IPPool, contestedWith),
  wake(IPPool, AddressClaim, ({ spec }, view) => view.project(ledger, spec.subnet).poolsAt(spec.address)),
]);

/** Deletion never waits for anybody: its addresses are everybody's again, and who has one keeps it. */
export function reconcile(pool: IPPool, view: View): Plan {
  if (isDeleting(pool)) return desired();
  const { subnet: name } = pool.spec;
  if (!isObjectName(name)) {
    return failed(pool, `spec.subnet: ${quote(name)} is not the name of a Subnet; name one`);
  }
  const subnet = view.get(Subnet, name), space = view.project(ledger, name);
  const counted = { counters: () => counters(space, keyOf(pool)) };
  const refuse = (message: string, until: readonly Trigger[] = []) =>
    failed(pool, message, { until: [[Subnet, name], ...until], ...counted });
  if (!subnet) return refuse(`spec.subnet: Subnet ${name} does not exist; create it, or name another one`);
  if (isDeleting(subnet)) return refuse(`spec.subnet: Subnet ${name} is being deleted`);
  if (!hasBlock(subnet)) {
    const why = "has no cidrBlock, and so no IP addresses; name another one, or give it a block";
    return refuse(`spec.subnet: Subnet ${name} ${why}`);
  }
  // What was counted last stays until the Subnet can be read again.
  if (!space.layout) {
    return failed(pool, `spec.subnet: Subnet ${name} has no addresses`, { until: [[Subnet, name]] });
  }
  const { problems = [], rival, v4 = [], v6 = [] } = space.pool(keyOf(pool)) ?? {};
  if (problems.length > 0) {
    return refuse(problemsText(problems), rival === undefined ? [] : [[IPPool, rival]]);
  }
  const hint = v4.length + v6.length > 0 ? "" : `no entry of spec.ips is an address of Subnet ${name}`;
  return desired({
    conditions: { Ready: yes(IPPoolReason.UpdateIPAMSucceeded, hint), Error: no("NoError") },
    ...counted,
  });
}

interface Failed {
  readonly until?: readonly Trigger[];
  readonly counters?: () => Readonly<Record<string, unknown>>;
}

function failed(pool: IPPool, message: string, { until = [], ...counted }: Failed = {}): Plan {
  const reason = IPPoolReason.UpdateIPAMFailed;
  return wait({ reason, message }, [[IPPool, keyOf(pool)], ...until], {
    conditions: { Error: yes(reason, message) },
    ...counted,
  });
}

/** Those of its Subnet, restricted to the pool. Not the spelling of a Subnet's status. */
function counters(space: Ledger, pool: Key): Readonly<Record<string, unknown>> {
  const v4 = space.statistics(4, pool), v6 = space.statistics(6, pool);
  return {
    v4AvailableIPs: exact(v4.available),
    v4AvailableIPRange: v4.availableRange,
    v4UsingIPs: exact(v4.using),
    v4UsingIPRange: v4.usingRange,
    v6AvailableIPs: exact(v6.available),
    v6AvailableIPRange: v6.availableRange,
    v6UsingIPs: exact(v6.using),
    v6UsingIPRange: v6.usingRange,
  };
}

function contestedWith({ spec }: IPPool, view: View): readonly Key[] {
  return spec.subnet ? view.project(ledger, spec.subnet).contested() : [];
}
