/** Virtual machines: created, run, stopped, migrated, deleted; and the pods that run them. */
import { NETWORKS } from "../../../crds/annotations.ts";
import { Namespace, Pod, VirtualMachine } from "../../../crds/foreign.ts";
import { LAUNCHER, LAUNCHER_LABEL } from "../../../crds/labels.ts";
import { isAlive } from "../../../crds/published.ts";
import { isDeleting, keyOf } from "../../../reconcile/kind.ts";
import type { Random } from "../../conformance/random.ts";
import type { UserRequest } from "../action.ts";
import type { Cluster } from "../cluster.ts";
import { runsMachine } from "../machines.ts";
import { absent, create, type Doing, one, remove } from "./user.ts";

/** The second has the name of a pod that users make. */
export const MACHINES = ["vm0", "p0"] as const;
const LAUNCHERS = ["l0", "l1", "l2", "l3", "l4"] as const;
const NAMESPACE = "red";

export const machineNamed = (name: string): UserRequest =>
  create(VirtualMachine, { metadata: { name, namespace: NAMESPACE }, spec: { running: true } });

const createMachine: Doing = (cluster, random) => {
  const key = absent(cluster, random, VirtualMachine, MACHINES.map((name) => `${NAMESPACE}/${name}`));
  return key === undefined ? undefined : machineNamed(key.slice(NAMESPACE.length + 1));
};

const deleteMachine: Doing = (cluster, random) => {
  const machine = one(cluster, random, VirtualMachine);
  return machine && remove(VirtualMachine, keyOf(machine));
};

/** Started where no pod runs it, migrated where one does. */
const runMachine: Doing = (cluster, random) => launched(cluster, random, random.pick(MACHINES));

export function launched(cluster: Cluster, random: Random, machine: string): UserRequest | undefined {
  const key = absent(cluster, random, Pod, LAUNCHERS.map((name) => `${NAMESPACE}/${name}`));
  const running = [...cluster.all(Pod)].filter((pod) => runsMachine(pod) === machine && isAlive(pod));
  // What owns the instance in place of the instance, which nobody here would make: its end is the pod's.
  const owner = cluster.get(VirtualMachine, `${NAMESPACE}/${machine}`) ?? cluster.get(Namespace, NAMESPACE);
  if (key === undefined || running.length > 1 || !owner || isDeleting(owner)) return undefined;
  const reference = { apiVersion: "kubevirt.io/v1", kind: "VirtualMachineInstance", name: machine };
  return create(Pod, {
    metadata: {
      name: key.slice(NAMESPACE.length + 1),
      namespace: NAMESPACE,
      labels: { [LAUNCHER_LABEL]: LAUNCHER },
      ...random.maybe(0.3, () => ({ annotations: { [NETWORKS]: "net1" } })),
      ownerReferences: [{ ...reference, uid: owner.metadata.uid, controller: true }],
    },
    spec: { containers: [{ name: "c", image: "i" }] },
  });
}

/** What users do with them. */
export const machines: Readonly<Record<string, Doing>> = {
  "create machine": createMachine,
  "delete machine": deleteMachine,
  "run machine": runMachine,
};
