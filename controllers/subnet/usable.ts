/**
 * The one answer to "may addresses be taken from this Subnet now?", and where it has no block, MAC addresses?
 *
 * Namespaces, pods, nodes and the Subnet itself ask here; nobody reads conditions or our own annotations as input.
 */
import { Node } from "../../crds/foreign.ts";
import { ledger } from "../../crds/projections.ts";
import { SubnetReason } from "../../crds/reasons.ts";
import { isOvn, vpcOf } from "../../crds/relations.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vlan } from "../../crds/vlan.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Layout } from "../../ipam/layout.ts";
import { type Problem, problemsText } from "../../ipam/problem.ts";
import { quote } from "../../ipam/quote.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import type { Trigger } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { isGuarded } from "../common/guarded.ts";
import type { Obstacle } from "../common/obstacle.ts";
import { apiServerInside, type Beside, nodeInside, nodesBeside } from "../node/addresses.ts";
import { disputeOf } from "./overlap.ts";
import { claimProblems } from "./claims.ts";
import { formatSubnet, isFormatted } from "./format.ts";
import { problemsOf } from "./validation.ts";

export interface Unusable extends Obstacle {
  readonly reason: string;
  readonly until: readonly [Trigger, ...Trigger[]];
  /** What the spec says cannot be served, and its author has to change something. */
  readonly invalid?: true;
  /** There is nothing to keep by holding on. */
  readonly letGo?: true;
}

export interface Open {
  readonly ok: true;
  /** Absent where it has no block, and MAC addresses alone. */
  readonly layout: Layout | undefined;
  /** What is not to be drawn from it. */
  readonly skip: Beside | undefined;
}

/** One with IP addresses. */
export interface InUse extends Open {
  readonly layout: Layout;
}

export type Usable = InUse | Unusable;

type Check = (subnet: Subnet, view: View) => Unusable | undefined;

/** In this order: the first that fails is what the Subnet says of itself. */
const inItsWay: readonly Check[] = [
  itsSpec, // has a problem by itself
  itsVpc, // is missing, does not hold on, or is going
  itsNodes, // have addresses in it, and it has given out none yet
  itsApiServer, // likewise
  itsVlan, // is missing
  itsClaims, // would fall out of an edited block
  itsRivals, // have the better right to its addresses, or have not let go yet
];

/** What all replicas see alike. */
const inTheWayOfNamespaces: readonly Check[] = [
  itsEnd, // has been asked for
  ...inItsWay,
  itsFormat, // is not written back yet
  itsGuard, // is not there yet
];

const inTheWayOfPods: readonly Check[] = [
  ...inTheWayOfNamespaces,
  itsCensus, // has not been taken by this replica yet
];

/** What stands in the way of this Subnet being guarded and Ready. */
export function obstacleTo(subnet: Subnet, view: View): Unusable | undefined {
  return firstOf(inItsWay, subnet, view);
}

/**
 * Whether namespaces may be told of it: usable, but for the census.
 *
 * Two replicas that disagreed about an annotation would write it for ever, and what one of them has counted the other cannot know.
 */
export function isInService(subnet: Subnet, view: View): boolean {
  return firstOf(inTheWayOfNamespaces, subnet, view) === undefined;
}

/** Whether it is about to be in service, by steps that end by themselves. */
export function isComing(subnet: Subnet, view: View): boolean {
  return firstOf(inTheWayOfNamespaces, subnet, view)?.passing === true;
}

/** Formatted, valid, under a Vpc that holds on, undisputed, guarded, counted, not going: something may be taken. */
export function openTo(subnet: Subnet, view: View): Open | Unusable {
  const obstacle = firstOf(inTheWayOfPods, subnet, view), formatted = formatSubnet(subnet);
  if (obstacle) return obstacle;
  return { ok: true, layout: formatted.ok ? formatted.layout : undefined, skip: nodesBeside(subnet, view) };
}

/** The same for those that cannot do without IP addresses. */
export function usable(subnet: Subnet, view: View): Usable {
  const state = openTo(subnet, view);
  if (!state.ok) return state;
  const { layout, skip } = state;
  return layout ? { ok: true, layout, skip } : because(subnet, "NoAddresses", MACS_ALONE);
}

const MACS_ALONE =
  "spec.cidrBlock: there is none, and so it has MAC addresses alone; give it a block, or name " +
  "another Subnet";

function firstOf(checks: readonly Check[], subnet: Subnet, view: View): Unusable | undefined {
  for (const check of checks) {
    const obstacle = check(subnet, view);
    if (obstacle) return obstacle;
  }
}

function itsEnd(subnet: Subnet): Unusable | undefined {
  return isDeleting(subnet) ? because(subnet, "SubnetDeleting", "it is being deleted") : undefined;
}

function itsSpec(subnet: Subnet): Unusable | undefined {
  return invalid(subnet, problemsOf(subnet));
}

/** Concerns Subnets of the OVN provider only, as in Kube-OVN. */
function itsVpc(subnet: Subnet, view: View): Unusable | undefined {
  const name = vpcOf(subnet);
  if (name === undefined || !isOvn(subnet.spec.provider)) return undefined;
  const vpc = view.get(Vpc, name), until: Unusable["until"] = [[Vpc, name], [Subnet, keyOf(subnet)]];
  if (!vpc) {
    const message = `spec.vpc: Vpc ${name} does not exist; create it, or name another one`;
    return { ok: false, reason: SubnetReason.VpcNotFound, message, until };
  }
  if (isDeleting(vpc)) {
    return { ok: false, reason: "VpcDeleting", message: `spec.vpc: Vpc ${name} is being deleted`, until };
  }
  if (view.established(Vpc, vpc)) return undefined;
  const message = `spec.vpc: Vpc ${name} is not ready to be used yet`;
  return { ok: false, reason: "VpcNotHeld", message, until, passing: true };
}

/** Of one that gives out addresses already, those of nodes that came later are skipped. */
function itsNodes(subnet: Subnet, view: View): Unusable | undefined {
  const found = isGuarded(subnet) ? undefined : nodeInside(subnet, view);
  if (!found) return undefined;
  const problem = {
    field: "spec.cidrBlock",
    message: `${found.address} in it is the address of Node ${found.node}`,
    remedy: "choose a block without nodes",
  };
  const obstacle = invalid(subnet, [problem])!;
  return { ...obstacle, until: [...obstacle.until, [Node, found.node]] };
}

/** Of one that is in use its address is skipped, and the Subnet says so. */
function itsApiServer(subnet: Subnet, view: View): Unusable | undefined {
  const address = isGuarded(subnet) ? undefined : apiServerInside(subnet, view);
  const message = `${address} in it is the address of the API server`;
  const problem = { field: "spec.cidrBlock", message, remedy: "choose a block without it" };
  return invalid(subnet, address === undefined ? [] : [problem]);
}

function itsVlan({ metadata, spec }: Subnet, view: View): Unusable | undefined {
  if (!spec.vlan || view.get(Vlan, spec.vlan)) return undefined;
  const message = `spec.vlan: Vlan ${quote(spec.vlan)} does not exist; create it, or name another one`;
  const until: Unusable["until"] = [[Vlan, spec.vlan], [Subnet, metadata.name]];
  return { ok: false, reason: SubnetReason.ValidateSubnetVlanFailed, message, until };
}

function itsClaims(subnet: Subnet, view: View): Unusable | undefined {
  return invalid(subnet, claimProblems(subnet, view));
}

function itsRivals(subnet: Subnet, view: View): Unusable | undefined {
  const dispute = disputeOf(subnet, view);
  if (!dispute) return undefined;
  const { rival, state } = dispute, other = keyOf(rival);
  const overlap = `${subnet.spec.cidrBlock} overlaps ${rival.spec.cidrBlock} of Subnet ${other}`;
  const remedy = "choose a block of its own, or delete one of the two";
  return {
    ok: false,
    reason: SubnetReason.ValidateLogicalSwitchFailed,
    message: state === "lost"
      ? `spec.cidrBlock: ${overlap}, which has the better right to it; ${remedy}`
      : `spec.cidrBlock: ${overlap}, which has not let go yet; ${remedy}`,
    until: [[Subnet, other], [Subnet, keyOf(subnet)]],
    invalid: true,
    ...(state === "lost" && isGuarded(subnet) && view.project(ledger, keyOf(subnet)).size === 0
      ? { letGo: true }
      : {}),
  };
}

function itsFormat(subnet: Subnet): Unusable | undefined {
  if (isFormatted(subnet)) return undefined;
  return { ...because(subnet, "SubnetNotFormatted", "its spec is being completed"), passing: true };
}

function itsGuard(subnet: Subnet): Unusable | undefined {
  return isGuarded(subnet) ? undefined : notYet(subnet);
}

function itsCensus(subnet: Subnet, view: View): Unusable | undefined {
  return view.established(Subnet, subnet) ? undefined : notYet(subnet);
}

function notYet(subnet: Subnet): Unusable {
  return { ...because(subnet, "SubnetNotHeld", "it is not ready to be used yet"), passing: true };
}

function invalid(subnet: Subnet, problems: readonly Problem[]): Unusable | undefined {
  if (problems.length === 0) return undefined;
  const message = problemsText(problems);
  return { ...because(subnet, SubnetReason.ValidateLogicalSwitchFailed, message), invalid: true };
}

function because(subnet: Subnet, reason: string, message: string): Unusable {
  return { ok: false, reason, message, until: [[Subnet, keyOf(subnet)]] };
}
