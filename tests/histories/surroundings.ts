/** What Kubernetes does besides us: makes pods of sets, binds pods, runs them, ends those that go, collects garbage, empties namespaces that go. */
import { Namespace, Pod } from "../../crds/foreign.ts";
import { memo } from "../../reconcile/memo.ts";
import type { Request } from "../../kube/api.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import { kubeletRequest } from "../../sandbox/kubelet_step.ts";
import type { Action } from "./action.ts";
import type { Cluster } from "./cluster.ts";
import { NODES } from "./users/user.ts";

interface Known {
  readonly version: number;
  readonly waiting: number;
  readonly steps: readonly Action[];
}

const known = new WeakMap<Cluster, Known>();

/** Every step that could be taken now; nothing but a write, or such a step, changes what that is. */
export function due(cluster: Cluster): readonly Action[] {
  const { version, workloads: { size: waiting } } = cluster, before = known.get(cluster);
  if (before?.version === version && before.waiting === waiting) return before.steps;
  const steps = [...stepsDue(cluster)];
  known.set(cluster, { version, waiting, steps });
  return steps;
}

function* stepsDue(cluster: Cluster): Iterable<Action> {
  for (let which = 0; which < cluster.workloads.size; which++) yield { do: "work", which };
  for (const pod of cluster.all(Pod)) if (isDue(pod)) yield { do: "kubelet", pod: keyOf(pod) };
  for (const namespace of cluster.all(Namespace)) {
    if (isDeleting(namespace)) yield { do: "empty", namespace: keyOf(namespace) };
  }
}

/** Whether there is a next step depends on the pod alone, neither on where nor on when. */
const isDue = memo((pod: Pod) => kubeletRequest(pod, { node: NODES[0]!, now: "" }) !== undefined);

/** The next step with a pod, if there is one. */
export function kubeletStep(cluster: Cluster, pod: Pod): Request | undefined {
  // Either node, without a choice of its own.
  const node = NODES[pod.metadata.uid.length % NODES.length]!;
  return kubeletRequest(pod, { node, now: cluster.server.store.environment.now() });
}
