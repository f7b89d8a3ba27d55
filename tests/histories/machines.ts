/** Which pods run which virtual machine: told by what KubeVirt writes on them. */
import { Pod, VirtualMachine } from "../../crds/foreign.ts";
import type { Obj } from "../../reconcile/kind.ts";
import type { Records } from "./cluster.ts";
import type { Told } from "./facts.ts";

/** Name of the machine that a pod runs. */
export function runsMachine({ metadata: { labels, ownerReferences } }: Obj): string | undefined {
  const instance = ownerReferences?.find((owner) => owner.kind === "VirtualMachineInstance");
  return labels?.["kubevirt.io"] === "virt-launcher" ? instance?.name : undefined;
}

/** `<namespace>/<machine>` of what a pod was told for. */
export function machineOf({ kind, owner }: Told, cluster: Records): string | undefined {
  const pod = kind.kind === Pod.kind ? cluster.get(Pod, owner) : undefined, name = pod && runsMachine(pod);
  return name && `${pod!.metadata.namespace}/${name}`;
}

/** The pods that run a machine. */
export function* runnersOf(machine: string, cluster: Records): Iterable<Pod> {
  for (const pod of cluster.all(Pod)) {
    if (`${pod.metadata.namespace}/${runsMachine(pod)}` === machine) yield pod;
  }
}

/** Whether a machine is there, and is to stay. */
export function isThere(machine: string, cluster: Records): boolean {
  const found = cluster.get(VirtualMachine, machine);
  return found !== undefined && found.metadata.deletionTimestamp === undefined;
}
