/** Where a pod that has nothing yet gets its addresses: the first source that grants what it asks for. */
import { OVN } from "../../crds/annotations.ts";
import { Namespace, type Pod } from "../../crds/foreign.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { ledger } from "../../crds/projections.ts";
import { PodReason } from "../../crds/reasons.ts";
import { isOvn } from "../../crds/relations.ts";
import { Subnet } from "../../crds/subnet.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { type Trigger, type Wait, wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import type { Interface } from "../interface/owner.ts";
import { listed } from "../common/listed.ts";
import { chooseAddresses, type Chosen, needOf } from "./address.ts";
import { macAlone } from "./mac.ts";
import type { PodRequest } from "./request.ts";
import { type Source, sourcesOf } from "./sources.ts";
import { noSubnet, type Refused, refused } from "./refused.ts";
import { whyUnbound } from "../namespace/unbound.ts";
import { openTo } from "../subnet/usable.ts";

export interface Placement {
  readonly subnet: Subnet;
  /** None where the Subnet has MAC addresses alone. */
  readonly addresses: Chosen;
}

/** @param asking.others what other interfaces of the pod are given in the same plan */
export function place(pod: Pod, request: PodRequest, asking: Asking): Placement | Wait {
  const { view } = asking, namespace = view.get(Namespace, pod.metadata.namespace), tried: Refused[] = [];
  for (const source of sourcesOf(pod, request, view)) {
    const answer = "refusal" in source ? source : placeIn(source, { pod, request }, asking);
    if ("subnet" in answer) return answer;
    tried.push(answer);
  }
  const open = request.network === OVN && request.subnet === undefined && request.pool === undefined;
  const others = namespace && open ? [unserved(namespace, view)] : [];
  const said = tried.length > 0 ? tried : others;
  const { word } = said.at(-1)?.refusal ?? noSubnet("");
  const message = said.length > 0
    ? listed(said.map(({ refusal }) => refusal.message))
    : `namespace ${pod.metadata.namespace} does not exist`;
  const until = [...others, ...tried].flatMap((one) => one.until);
  return wait(
    { reason: PodReason.AcquireAddressFailed, message: `${word}: ${message}` },
    [[Namespace, pod.metadata.namespace ?? ""], ...until],
    { quiet: [...others, ...tried].every(({ passing }) => passing) },
  );
}

interface Asking {
  readonly view: View;
  readonly others: readonly Interface[];
}

function placeIn(
  { from: name, pool }: Source,
  { pod, request }: { readonly pod: Pod; readonly request: PodRequest },
  { view, others }: Asking,
): Placement | Refused {
  const subnet = view.get(Subnet, name);
  const ofPool: Trigger[] = pool === undefined ? [] : [[IPPool, pool]],
    until: Trigger[] = [[Subnet, name], ...ofPool];
  if (!subnet) return refused(noSubnet(`Subnet ${name} does not exist`), until);
  const state = openTo(subnet, view);
  if (!state.ok) {
    const refusal = noSubnet(`Subnet ${name} cannot be used: ${state.message}`);
    return { refusal, until: [...until, ...state.until], passing: state.passing === true };
  }
  if (isOvn(subnet.spec.provider) !== isOvn(request.network)) {
    const message = `Subnet ${name} serves provider ${subnet.spec.provider}, not ${request.network}`;
    return refused(noSubnet(message), until);
  }
  const own = new Set([`Pod ${keyOf(pod)}`]), space = view.project(ledger, name);
  const taken = new Set(others.flatMap(({ subnet, addresses }) => subnet === name ? addresses : []));
  const { layout, skip } = state;
  const chosen = layout
    ? chooseAddresses(request, { layout, skip, ledger: space, pool, own, taken })
    : macAlone(request, { subnet, pool });
  if (chosen.ok) return { subnet, addresses: chosen.value };
  const { word, message } = chosen.refusal,
    isFull = word === "NoAvailableAddress" && request.choices.length === 0;
  const need = layout && isFull
    ? needOf(request, { layout, pool, ledger: () => view.project(ledger, name) })
    : undefined;
  const place: Trigger = need ? [Subnet, name, need] : [Subnet, name];
  return refused({ word, message: `Subnet ${name}: ${message}` }, [...ofPool, place, ...(skip?.met ?? [])]);
}

/** Why no other Subnet serves the namespace either. */
function unserved(namespace: Namespace, view: View): Refused {
  const { message, until, passing } = whyUnbound(namespace, view);
  return { refusal: noSubnet(`namespace ${keyOf(namespace)} has no Subnet: ${message}`), until, passing };
}
