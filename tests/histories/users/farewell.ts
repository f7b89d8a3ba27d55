/** What users put right when the chaos is over, and how they leave. */
import {
  AdvancedStatefulSet,
  Namespace,
  Node,
  Pod,
  StatefulSet,
  VirtualMachine,
} from "../../../crds/foreign.ts";
import { holderKinds } from "../../../crds/holders.ts";
import { IP } from "../../../crds/ip.ts";
import { isReservation } from "../../../crds/record.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { ruleKinds } from "../../../crds/nat_rules.ts";
import { Vlan } from "../../../crds/vlan.ts";
import { Vpc } from "../../../crds/vpc.ts";
import { VpcNatGateway } from "../../../crds/vpc_nat_gateway.ts";
import { isDeleting, keyOf } from "../../../reconcile/kind.ts";
import type { UserRequest } from "../action.ts";
import type { Cluster } from "../cluster.ts";
import { type Facts, shownBy } from "../facts.ts";
import { random } from "../../conformance/random.ts";
import { createJoin } from "./networks.ts";
import { merge, remove } from "./user.ts";

/** Pods that claim to have been given an address go: a process that starts anew would have to believe them. */
export function* unforge(cluster: Cluster, facts: Facts): Iterable<UserRequest> {
  // A process that starts anew would create it.
  const join = createJoin(cluster, random(1));
  if (join) yield join;
  for (const pod of [...cluster.all(Pod)]) {
    if (shownBy(Pod, pod).length > facts.toldTo(pod.metadata.uid).length) {
      yield remove(Pod, keyOf(pod), { gracePeriodSeconds: 0 });
    }
  }
  for (const { kind } of holderKinds) {
    for (const holder of [...cluster.all(kind)]) {
      const isForged = shownBy(kind, holder).length > 0 && facts.toldTo(holder.metadata.uid).length === 0;
      if (isForged && !isDeleting(holder)) yield remove(kind, keyOf(holder));
    }
  }
}

/** Everything that users made is deleted; what others hold is let go. */
export function* cleanUp(cluster: Cluster): Iterable<UserRequest> {
  for (const kind of [Subnet, IP]) {
    for (const object of [...cluster.all(kind)]) {
      const foreign = object.metadata.finalizers?.filter((f) => f.startsWith("example.com/")) ?? [];
      const rest = object.metadata.finalizers?.filter((f) => !foreign.includes(f)) ?? [];
      if (foreign.length > 0) yield merge(kind, keyOf(object), { metadata: { finalizers: rest } });
    }
  }
  for (const kind of [StatefulSet, AdvancedStatefulSet]) {
    for (const set of [...cluster.all(kind)]) yield remove(kind, keyOf(set));
  }
  for (const pod of [...cluster.all(Pod)]) yield remove(Pod, keyOf(pod), { gracePeriodSeconds: 0 });
  for (const record of [...cluster.all(IP)]) if (isReservation(record)) yield remove(IP, keyOf(record));
  for (
    const kind of [
      VirtualMachine,
      Vlan,
      ...ruleKinds,
      VpcNatGateway,
      Node,
      ...holderKinds.map(({ kind }) => kind),
      Subnet,
      Vpc,
      Namespace,
    ]
  ) {
    for (const object of [...cluster.all(kind)]) yield remove(kind, keyOf(object));
  }
}
