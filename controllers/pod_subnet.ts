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

interface Refused {
  readonly refusal: Refusal;
  readonly until: readonly Trigger[];
  /** It ends by itself. */
  readonly passing: boolean;
}

/** The Subnet that the pod names, else those of its namespace; the first that grants the request (BEHAVIOUR §3.4, §3.7). */
export function place(pod: Pod, request: PodRequest, view: View): Placement | Wait {
  const namespace = view.get(Namespace, pod.metadata.namespace), refused: Refused[] = [];
  for (const name of candidates(namespace, request, view)) {
    const answer = placeIn(name, pod, { request, view });
    if ("subnet" in answer) return answer;
    refused.push(answer);
  }
  if (namespace && request.subnet === undefined) refused.unshift(unserved(namespace, view));
  const { word, message } = refused.at(-1)?.refusal ??
    noSubnet(`namespace ${pod.metadata.namespace} does not exist`);
  const why = { reason: PodReason.AcquireAddressFailed, message: `${word}: ${message}` };
  const until = refused.flatMap((one) => one.until);
  return wait(why, [[Namespace, pod.metadata.namespace ?? ""], ...until], {
    quiet: refused.every(({ passing }) => passing),
  });
}

function candidates(
  namespace: Namespace | undefined,
  request: PodRequest,
  view: View,
): readonly string[] {
  if (request.subnet !== undefined) return [request.subnet];
  return namespace ? bindingsOf(namespace, view).map(keyOf) : [];
}

interface Asking {
  readonly request: PodRequest;
  readonly view: View;
}

function placeIn(name: string, pod: Pod, { request, view }: Asking): Placement | Refused {
  const subnet = view.get(Subnet, name), self: Trigger = [Subnet, name];
  const refuse = (refusal: Refusal): Refused => ({ refusal, until: [self], passing: false });
  if (!subnet) return refuse(noSubnet(`Subnet ${name} does not exist`));
  const state = usable(subnet, view);
  if (!state.ok) {
    const refusal = noSubnet(`Subnet ${name} cannot be used: ${state.message}`);
    return { refusal, until: [self, ...state.until], passing: state.passing === true };
  }
  if (!isOvn(subnet.spec.provider)) {
    return refuse(noSubnet(`Subnet ${name} serves provider ${subnet.spec.provider}, not default networks`));
  }
  const own = new Set([`Pod ${keyOf(pod)}`]);
  const chosen = chooseAddresses(request, { ledger: view.project(ledger, name), layout: state.layout, own });
  if (chosen.ok) return { subnet, addresses: chosen.value };
  return refuse({ word: chosen.refusal.word, message: `Subnet ${name}: ${chosen.refusal.message}` });
}

/** Why no other Subnet serves the namespace either. */
function unserved(namespace: Namespace, view: View): Refused {
  const { message, until, passing } = whyUnbound(namespace, view);
  return { refusal: noSubnet(`namespace ${keyOf(namespace)} has no Subnet: ${message}`), until, passing };
}

const noSubnet = (message: string): Refusal => ({ word: "NoSubnet", message });
