/** The one answer to "may addresses be taken from this Subnet now?". Nobody reads conditions or our own annotations as input. */
import { SubnetReason } from "../crds/reasons.ts";
import { isOvn, vpcOf } from "../crds/relations.ts";
import { Subnet } from "../crds/subnet.ts";
import { Vpc } from "../crds/vpc.ts";
import type { Layout } from "../ipam/layout.ts";
import { problemText } from "../ipam/problem.ts";
import { contains } from "../reconcile/contains.ts";
import { isDeleting, keyOf } from "../reconcile/kind.ts";
import type { Trigger } from "../reconcile/plan.ts";
import type { View } from "../reconcile/view.ts";
import { rivalOf } from "./overlap.ts";
import { formatSubnet } from "./subnet_format.ts";
import { problemsOf } from "./subnet_validation.ts";

export interface Unusable {
  readonly ok: false;
  readonly reason: string;
  readonly message: string;
  readonly until: readonly Trigger[];
}

export type Usable = { readonly ok: true; readonly layout: Layout } | Unusable;

type Check = (subnet: Subnet, view: View) => Unusable | undefined;

/** In this order: the first that fails is what the Subnet says of itself. */
const checks: readonly Check[] = [
  valid, // its own spec has no problem
  vpcThere, // its Vpc exists, holds on and is not going
  undisputed, // no other guarded Subnet of its Vpc and vlan has the better right to its addresses
];

/** What stands in the way of a Subnet being guarded and used. */
export function obstacleTo(subnet: Subnet, view: View): Unusable | undefined {
  for (const check of checks) {
    const found = check(subnet, view);
    if (found) return found;
  }
}

/** Formatted, valid, under a Vpc that holds on, undisputed, guarded, counted, not going: an address may be taken. */
export function usable(subnet: Subnet, view: View): Usable {
  const self: readonly Trigger[] = [[Subnet, keyOf(subnet)]];
  const no = (reason: string, message: string): Unusable => ({ ok: false, reason, message, until: self });
  if (isDeleting(subnet)) return no("SubnetDeleting", "it is being deleted");
  const obstacle = obstacleTo(subnet, view);
  if (obstacle) return obstacle;
  const formatted = formatSubnet(subnet);
  if (!formatted.ok || !contains(subnet.spec, formatted.spec)) {
    return no("SubnetNotFormatted", "its spec is being completed");
  }
  if (!formatted.layout) return no("NoCidrBlock", "it has no cidrBlock");
  const rival = rivalOf(subnet, view);
  if (rival) {
    return {
      ...no("Overlap", `${keyOf(rival.subnet)} has not given way yet`),
      until: [...self, [Subnet, keyOf(rival.subnet)]],
    };
  }
  if (!view.established(Subnet, subnet)) return no("SubnetNotHeld", "it is not ready to be used yet");
  return { ok: true, layout: formatted.layout };
}

function valid(subnet: Subnet): Unusable | undefined {
  const problems = problemsOf(subnet);
  if (problems.length === 0) return undefined;
  const message = problems.map(problemText).join("; ");
  return {
    ok: false,
    reason: SubnetReason.ValidateLogicalSwitchFailed,
    message,
    until: [[Subnet, keyOf(subnet)]],
  };
}

/** Concerns Subnets of the OVN provider only, as in Kube-OVN. */
function vpcThere(subnet: Subnet, view: View): Unusable | undefined {
  const name = vpcOf(subnet);
  if (!isOvn(subnet.spec.provider) || name === undefined) return undefined;
  const vpc = view.get(Vpc, name);
  if (vpc && view.established(Vpc, vpc)) return undefined;
  const state = !vpc
    ? "does not exist"
    : isDeleting(vpc)
    ? "is being deleted"
    : "is not ready to be used yet";
  const message = `spec.vpc: Vpc ${name} ${state}; create it, or name another one`;
  return {
    ok: false,
    reason: SubnetReason.VpcNotFound,
    message,
    until: [[Vpc, name], [Subnet, keyOf(subnet)]],
  };
}

function undisputed(subnet: Subnet, view: View): Unusable | undefined {
  const rival = rivalOf(subnet, view);
  if (!rival?.wins) return undefined;
  const other = keyOf(rival.subnet), { cidrBlock } = rival.subnet.spec;
  const message =
    `spec.cidrBlock: ${subnet.spec.cidrBlock} overlaps ${cidrBlock} of Subnet ${other}, which came first; ` +
    "choose a block of its own, or another Vpc";
  const until: readonly Trigger[] = [[Subnet, other], [Subnet, keyOf(subnet)]];
  return { ok: false, reason: SubnetReason.ValidateLogicalSwitchFailed, message, until };
}
