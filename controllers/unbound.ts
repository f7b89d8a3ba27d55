/** Why a namespace is served by fewer Subnets than it might be, and what would change that. */
import { DEFAULT_SUBNET } from "../crds/defaults.ts";
import type { Namespace } from "../crds/foreign.ts";
import { Subnet } from "../crds/subnet.ts";
import { keyOf } from "../reconcile/kind.ts";
import type { Trigger } from "../reconcile/plan.ts";
import type { View } from "../reconcile/view.ts";
import { boundTo } from "./bindings.ts";
import { usable } from "./usable.ts";

export interface Unbound {
  readonly message: string;
  readonly until: readonly Trigger[];
  /** It ends by itself. */
  readonly passing: boolean;
}

/** Looks at those that are meant to serve it, and at the default one. */
export function whyUnbound(namespace: Namespace, view: View): Unbound {
  const standard = view.get(Subnet, DEFAULT_SUBNET);
  const candidates = new Set([...boundTo(namespace, view), ...(standard ? [standard] : [])]);
  const until: Trigger[] = [[Subnet, DEFAULT_SUBNET]], reasons: string[] = [];
  let passing = candidates.size > 0;
  for (const subnet of candidates) {
    const state = usable(subnet, view);
    until.push([Subnet, keyOf(subnet)], ...(state.ok ? [] : state.until));
    if (state.ok) continue;
    reasons.push(`Subnet ${keyOf(subnet)} cannot be used: ${state.message}`);
    passing &&= state.passing === true;
  }
  if (!standard) reasons.push(`Subnet ${DEFAULT_SUBNET} does not exist`);
  return { message: reasons.join("; "), until, passing };
}
