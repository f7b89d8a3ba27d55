/** Vpcs: which Subnets they have. They are held while they have any. */
import { DEFAULT_VPC } from "../crds/defaults.ts";
import { isOvn } from "../crds/relations.ts";
import { Subnet } from "../crds/subnet.ts";
import { Vpc } from "../crds/vpc.ts";
import { isDeleting, keyOf } from "../reconcile/kind.ts";
import { desired, type Plan, yes } from "../reconcile/plan.ts";
import { controller, on } from "../reconcile/table.ts";
import type { View } from "../reconcile/view.ts";

export default controller("vpc", [
  on(Vpc, reconcile),
]);

/** @see BEHAVIOUR §4.5 */
export function reconcile(vpc: Vpc, view: View): Plan {
  const name = keyOf(vpc);
  const subnets = view.referrers(Subnet, Vpc, name).filter((s) => isOvn(s.spec.provider) && !isDeleting(s));
  const chosen = subnets.find((s) => keyOf(s) === vpc.spec.defaultSubnet) ??
    subnets.find((s) => s.spec.default);
  return desired({
    conditions: { Ready: yes("VpcReady", `Vpc ${name} is ready`) },
    status: {
      standby: true,
      default: name === DEFAULT_VPC,
      router: name,
      defaultLogicalSwitch: chosen ? keyOf(chosen) : "",
      subnets: subnets.map(keyOf).sort(),
    },
  });
}
