/** Why a namespace is served by fewer Subnets than it might be, and what would change that. */
import { DEFAULT_SUBNET, DEFAULT_VPC } from "../../crds/defaults.ts";
import type { Namespace } from "../../crds/foreign.ts";
import { vpcOf } from "../../crds/relations.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { itself, type Trigger } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { candidatesOf, mayServe } from "./bindings.ts";
import { listed } from "../common/listed.ts";
import { openTo } from "../subnet/usable.ts";

export interface Unbound {
  readonly message: string;
  readonly until: readonly Trigger[];
  /** It ends by itself. */
  readonly passing: boolean;
}

/** Looks at everyone who might serve it. */
export function whyUnbound(namespace: Namespace, view: View): Unbound {
  const candidates = candidatesOf(namespace, view);
  const until: Trigger[] = [[Subnet, DEFAULT_SUBNET, itself], [Vpc, DEFAULT_VPC]], reasons: string[] = [];
  let passing = candidates.size > 0;
  for (const subnet of candidates) {
    const name = keyOf(subnet), state = openTo(subnet, view), vpc = vpcOf(subnet);
    until.push([Subnet, name, itself], ...(vpc === undefined ? [] : [[Vpc, vpc] as const]));
    if (!state.ok) {
      until.push(...state.until);
      reasons.push(`Subnet ${name} cannot be used: ${state.message}`);
      passing &&= state.passing === true;
    } else if (!mayServe(subnet, keyOf(namespace), view)) {
      reasons.push(`Subnet ${name} belongs to Vpc ${vpc}, and the namespace does not`);
      passing = false;
    }
  }
  if (!view.get(Subnet, DEFAULT_SUBNET)) reasons.push(`Subnet ${DEFAULT_SUBNET} does not exist`);
  return { message: listed(reasons), until, passing };
}
