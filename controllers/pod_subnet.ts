/** Where a pod that has nothing yet gets its addresses: the Subnets it may use, in order, and the first that has some. */
import type { Pod } from "../crds/foreign.ts";
import { Namespace } from "../crds/foreign.ts";
import { ledger } from "../crds/projections.ts";
import { PodReason } from "../crds/reasons.ts";
import { isOvn } from "../crds/relations.ts";
import { Subnet } from "../crds/subnet.ts";
import type { Refusal } from "../ipam/problem.ts";
import { keyOf } from "../reconcile/kind.ts";
import { type Trigger, type Wait, wait } from "../reconcile/plan.ts";
import type { View } from "../reconcile/view.ts";
import { bindingsOf } from "./bindings.ts";
import { chooseAddresses, type Chosen } from "./pod_address.ts";
import type { PodRequest } from "./pod_request.ts";
import { whyUnbound } from "./unbound.ts";
import { usable } from "./usable.ts";

export interface Placement {
  readonly subnet: Subnet;
  readonly addresses: Chosen;
}

/** The Subnet that the pod names, else those of its namespace; the first that grants the request (BEHAVIOUR §3.4, §3.7). */
export function place(pod: Pod, request: PodRequest, view: View): Placement | Wait {
  const until: Trigger[] = [];
  let refusal: Refusal = {
    word: "NoSubnet",
    message: `namespace ${pod.metadata.namespace} is bound to no usable Subnet yet`,
  };
  for (const name of candidates(pod, request, view)) {
    until.push([Subnet, name]);
    const subnet = view.get(Subnet, name);
    const state = subnet && usable(subnet, view);
    if (!subnet || !state) refusal = { word: "NoSubnet", message: `Subnet ${name} does not exist` };
    else if (!state.ok) {
      refusal = { word: "NoSubnet", message: `Subnet ${name} cannot be used: ${state.message}` };
      until.push(...state.until);
    } else if (!isOvn(subnet.spec.provider)) {
      refusal = {
        word: "NoSubnet",
        message: `Subnet ${name} serves provider ${subnet.spec.provider}, not default networks`,
      };
    } else {
      const chosen = chooseAddresses(request, {
        ledger: view.project(ledger, name),
        layout: state.layout,
        own: new Set([`Pod ${keyOf(pod)}`]),
      });
      if (chosen.ok) return { subnet, addresses: chosen.value };
      refusal = { word: chosen.refusal.word, message: `Subnet ${name}: ${chosen.refusal.message}` };
    }
  }
  const namespace = view.get(Namespace, pod.metadata.namespace);
  const unbound = namespace && request.subnet === undefined ? whyUnbound(namespace, view) : undefined;
  const message = `${refusal.word}: ${refusal.message}`;
  return wait(
    { reason: PodReason.AcquireAddressFailed, message },
    [[Namespace, pod.metadata.namespace ?? ""], ...until, ...unbound?.until ?? []],
    { quiet: until.length === 0 && unbound?.passing === true },
  );
}

function candidates(pod: Pod, request: PodRequest, view: View): readonly string[] {
  if (request.subnet !== undefined) return [request.subnet];
  const namespace = view.get(Namespace, pod.metadata.namespace);
  return namespace ? bindingsOf(namespace, view).map(keyOf) : [];
}
