/** What pods are told beside their addresses. */
import { podKey, type PodSuffix } from "../../../crds/annotations.ts";
import { Pod } from "../../../crds/foreign.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { isDeleting, keyOf } from "../../../reconcile/kind.ts";
import type { Invariant } from "./invariant.ts";

/** Of OVN's own networks: `<network>.<namespace>.ovn`. */
const ATTACHED = /^[^.]+\.[^.]+\.ovn$/;

/** L1: of OVN's networks the CNI plugin asks for its logical switch, and waits for `routed`. */
const whole: Invariant = {
  id: "L1",
  says:
    "a pod that has nothing to complain of is told of each of its networks what goes with one of that kind",
  atRest: (facts) => {
    const { cluster } = facts;
    for (const pod of cluster.all(Pod)) {
      const plan = facts.plannedFor(Pod, keyOf(pod));
      if (isDeleting(pod) || plan?.verdict !== "desired") continue;
      if (Object.values(plan.conditions).some(({ status }) => status === "False")) continue;
      for (const { provider, subnet } of facts.toldTo(pod.metadata.uid)) {
        const network = cluster.get(Subnet, subnet)?.spec.provider ?? "";
        // A Subnet may have been edited since, or serve another network now.
        if (network !== provider && !provider.startsWith(`${network}.`)) continue;
        const says = (suffix: PodSuffix) => pod.metadata.annotations?.[podKey(provider, suffix)];
        const isOvns = network === "ovn" || ATTACHED.test(network);
        const isSwitched = says("logical_switch") !== undefined, isRouted = says("routed") === "true";
        if (isSwitched !== isOvns || isRouted !== (isOvns && pod.spec.nodeName !== undefined)) {
          return `${keyOf(pod)} is told of ${provider} in Subnet ${subnet} of ${network}: logical_switch ${
            says("logical_switch")
          }, routed ${says("routed")}`;
        }
      }
    }
  },
};

export const told: readonly Invariant[] = [whole];
