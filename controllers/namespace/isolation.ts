/**
 * With `--isolate-namespaces` a pod gets addresses only of Subnets and pools that its namespace may use at that moment: those that
 * serve it, those of networks that are defined in it, and those on which its service account has the verb `use`, as the admission
 * policies have it. Kube-OVN lets everybody name anything; so do we without that option.
 *
 * What a pod has already it keeps: this is asked when something is to be given out.
 *
 * Invariant S16 of the histories.
 */
import { AccessReview, useKey } from "../../crds/access_review.ts";
import { OVN, podKey } from "../../crds/annotations.ts";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { type IP, providerOf } from "../../crds/ip.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { ledger } from "../../crds/projections.ts";
import { PodReason } from "../../crds/reasons.ts";
import { addressesOf } from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import type { Ledger } from "../../ipam/ledger.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { type Hold, type Plan, type Trigger, type Wait, wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { servingPodsOf } from "./bindings.ts";
import { poolsBoundTo } from "../pool/bindings.ts";

/** What an administrator decides for the whole cluster. */
export interface Policy {
  readonly isolateNamespaces?: boolean | undefined;
}

/** The same handler; but what it would give out against the rule it does not. */
export function isolated(decide: (pod: Pod, view: View) => Plan): (pod: Pod, view: View) => Plan {
  return (pod, view) => {
    const plan = decide(pod, view);
    return (plan.verdict === "desired" ? whyNot(pod, plan.holds, view) : undefined) ?? plan;
  };
}

function whyNot(pod: Pod, holds: readonly Hold[], view: View): Wait | undefined {
  for (const { record, met, published } of holds) {
    if (met !== undefined || published) continue;
    for (const foreign of foreignIn(pod, record[1] as unknown as IP, view)) {
      const refused = refusal(pod, { foreign, subnet: subnetOf(record[1]) }, view);
      if (refused) return refused;
    }
  }
}

interface Wish {
  /** Of these any will do. */
  readonly foreign: readonly [Trigger, ...Trigger[]];
  readonly subnet: string;
}

/** Unless its account may use it. Quiet while that is asked: before there is an answer nothing is wrong. */
function refusal(pod: Pod, { foreign, subnet }: Wish, view: View): Wait | undefined {
  const { namespace = "" } = pod.metadata, account = pod.spec.serviceAccountName || "default";
  const asked = foreign.map(([{ plural: resource }, name]): Trigger => [
    AccessReview,
    useKey({ namespace, account, resource, name }),
  ]);
  const said = asked.map(([, key]) => view.get(AccessReview, key)?.status);
  if (said.some((status) => status?.allowed)) return undefined;
  const quiet = said.includes(undefined), unanswered = said.find((status) => status?.unanswered)?.unanswered;
  const right = quiet || unanswered
    ? `whether service account ${account} may`
    : `service account ${account} may not`;
  const answer = quiet ? " is being asked" : unanswered ? ` is not known: ${unanswered}` : "";
  const reason = quiet || unanswered ? PodReason.PermissionUnknown : PodReason.NotPermitted;
  const [[kind, name]] = foreign, it = `${kind.kind} ${name}`;
  const message = `${reason}: namespace ${namespace} is not bound to ${it}, and ${right} "use" it${answer}`;
  return wait({ reason, message }, [[Namespace, namespace], ...foreign, [Subnet, subnet], ...asked], {
    quiet,
  });
}

/** Everything that the interface would use and that is not its namespace's; where one of several things would do, all of these. */
function* foreignIn(pod: Pod, record: IP, view: View): Iterable<readonly [Trigger, ...Trigger[]]> {
  const { namespace = "" } = pod.metadata, name = subnetOf(record), space = view.project(ledger, name);
  const vip = view.get(Vip, pod.metadata.annotations?.[podKey(providerOf(record), "vip")]);
  const worn = vip ? [[Vip, keyOf(vip)]] as const : [];
  if (vip?.spec.namespace && vip.spec.namespace !== namespace) return yield [[Vip, keyOf(vip)]];
  const bound = new Set(poolsBoundTo(namespace, view).map(keyOf)), isServed = serves(name, namespace, view);
  for (const address of addressesOf(record)) {
    const [pool, ...others] = poolsThatHave(address, space);
    if (pool === undefined && !isServed) yield [[Subnet, name], ...worn];
    if (pool === undefined || [pool, ...others].some((each) => bound.has(each))) continue;
    yield [[IPPool, pool], ...others.map((each): Trigger => [IPPool, each]), ...worn];
  }
}

/** That one that is in force, or where none is all that list it: one that lost it to another has no say over who gets it. */
function poolsThatHave(address: string, space: Ledger): readonly string[] {
  const all = space.poolsAt(address), inForce = all.filter((each) => space.pool(each)?.problems.length === 0);
  return inForce.length > 0 ? inForce : all;
}

/** By name, by selector, as a default; or as the Subnet of a network that was defined in that namespace. */
function serves(name: string, namespaceName: string, view: View): boolean {
  const subnet = view.get(Subnet, name), namespace = view.get(Namespace, namespaceName);
  const { provider = OVN, namespaces = [] } = subnet?.spec ?? {};
  if (provider !== OVN && (namespaces.includes(namespaceName) || definedIn(provider) === namespaceName)) {
    return true;
  }
  return namespace !== undefined && servingPodsOf(namespace, view).some((one) => keyOf(one) === name);
}

/** The namespace of `<network>.<namespace>` and of `<network>.<namespace>.ovn`. */
function definedIn(provider: string): string | undefined {
  const labels = provider.split(".");
  if (labels.length > 2 && labels.at(-1) === OVN) labels.pop();
  return labels.length > 1 ? labels.at(-1) : undefined;
}

const subnetOf = (record: unknown): string => (record as IP).spec.subnet ?? "";
