/** All rules that are in force at one gateway. */
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { ruleKinds } from "../../crds/nat_rules.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { isDeleting, keyOf, type Obj } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { isGuarded } from "../common/guarded.ts";
import { type InForce, inForce } from "./rule_state.ts";

/** By EIP, kind and name. */
export type RuleSet = readonly InForce[];

/** A rule counts from when it holds on by its finalizer until its deletion is asked for. */
export function ruleSetOf(gateway: VpcNatGateway, view: View): RuleSet {
  return byName(view.referrers(IptablesEIP, VpcNatGateway, keyOf(gateway))).flatMap((eip) =>
    ruleKinds.flatMap((kind) =>
      byName(view.referrers(kind, IptablesEIP, keyOf(eip))).flatMap((rule) => {
        if (isDeleting(rule) || !isGuarded(rule)) return [];
        const state = inForce(rule, view);
        return state.ok ? [state] : [];
      })
    )
  );
}

function byName<T extends Obj>(objects: readonly T[]): readonly T[] {
  return objects.toSorted((a, b) => a.metadata.name < b.metadata.name ? -1 : 1);
}
