/** Pods get, keep and give back their addresses. All interfaces of a pod are settled before it is told anything. */
import { AccessReview } from "../../crds/access_review.ts";
import { NetworkAttachmentDefinition, Pod } from "../../crds/foreign.ts";
import { sharedKeyOf } from "../../crds/identity.ts";
import { IP, providerOf } from "../../crds/ip.ts";
import { attachersOf, definitionsOf } from "../../crds/projections.ts";
import { isAlive } from "../../crds/published.ts";
import { ownerKeyOf } from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vlan } from "../../crds/vlan.ts";
import { type Key, keyOf } from "../../reconcile/kind.ts";
import { desired, type Plan } from "../../reconcile/plan.ts";
import { controller, on, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { sharersIn } from "./identity.ts";
import { isolated, type Policy } from "../namespace/isolation.ts";
import { settle } from "./settle.ts";
import { staysReady } from "../subnet/settled.ts";
import { isShown } from "../interface/shown.ts";

export function pods({ isolateNamespaces = false }: Policy) {
  return controller("pod", [
    // Its records and its claims wake it by their relations.
    isolateNamespaces ? on(Pod, isolated(reconcile), { asks: [AccessReview] }) : on(Pod, reconcile),
    wake(Pod, Subnet, untoldPodsOf),
    wake(Pod, Subnet, attachersOfSubnet),
    wake(Pod, NetworkAttachmentDefinition, attachersOfDefinition),
    wake(Pod, Vlan, podsOf),
    wake(Pod, Pod, sharingWith),
  ]);
}

/** hostNetwork pods have no addresses of their own; finished ones are done, and their records go with them. */
export function reconcile(pod: Pod, view: View): Plan {
  return pod.spec.hostNetwork || !isAlive(pod) ? desired() : settle(pod, view);
}

/** Pods of its records that were not told yet: if it is going or gone, they must give them up (step W). */
function* untoldPodsOf(subnet: Subnet, view: View): Iterable<Key> {
  if (staysReady(subnet, view)) return;
  for (const record of view.referrers(IP, Subnet, keyOf(subnet))) {
    const key = ownerKeyOf(record) ?? "", pod = view.get(Pod, key);
    for (const each of [...(pod ? [pod] : []), ...sharersIn(key, view)]) {
      if (!isShown(each, record, providerOf(record))) yield keyOf(each);
    }
  }
}

/** Pods that attach a network of its provider may have waited for it. */
function* attachersOfSubnet(subnet: Subnet, view: View): Iterable<Key> {
  if (staysReady(subnet, view)) return;
  for (const definition of view.project(definitionsOf, subnet.spec.provider ?? "")) {
    yield* view.project(attachersOf, definition);
  }
}

/** They are told its number and its provider network. */
function* podsOf(vlan: Vlan, view: View): Iterable<Key> {
  for (const subnet of view.referrers(Subnet, Vlan, keyOf(vlan))) {
    for (const record of view.referrers(IP, Subnet, keyOf(subnet))) {
      const key = ownerKeyOf(record) ?? "";
      yield* [key, ...sharersIn(key, view).map(keyOf)];
    }
  }
}

/** The others that run its machine: what one of them shows no other may give up, until it shows it no more. */
function* sharingWith(pod: Pod, view: View): Iterable<Key> {
  const shared = sharedKeyOf(pod);
  for (const each of shared === undefined ? [] : sharersIn(shared, view)) {
    if (keyOf(each) !== keyOf(pod)) yield keyOf(each);
  }
}

function attachersOfDefinition(definition: NetworkAttachmentDefinition, view: View): Iterable<Key> {
  return view.project(attachersOf, keyOf(definition));
}
