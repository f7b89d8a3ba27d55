/** Virtual machines, as KubeVirt shows them to the API server. */
import type { Json } from "../../kube/api.ts";
import { type Annotations, pod } from "./manifests.ts";
import type { Stage } from "./stage.ts";

const apiVersion = "kubevirt.io/v1";

export interface Machine {
  /** Starts it (again): its pod is `virt-launcher-<name>-<number>`. */
  start(number: number): Promise<void>;
  /** Its instance and pod end, the machine stays. */
  stop(): Promise<void>;
  /** Deletes the machine itself. */
  remove(): Promise<void>;
}

/** A virtual machine that runs; its pods are annotated as its template is when they start. */
export async function machine(s: Stage, name: string, annotations: Annotations): Promise<Machine> {
  let launcher = "";
  const object = (kind: string, spec: Json = {}): Json => ({ apiVersion, kind, metadata: { name }, spec });
  const start = async (number: number) => {
    launcher = `virt-launcher-${name}-${number}`;
    await s.create(object("VirtualMachineInstance"));
    const { metadata: { uid } } = await s.see("VirtualMachineInstance", name);
    const { spec: { template } } = await s.see("VirtualMachine", name);
    const body = pod(launcher, template.metadata.annotations);
    const labels = { "kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": name };
    const ownerReferences = [{ apiVersion, kind: "VirtualMachineInstance", name, uid, controller: true }];
    await s.create({ ...body, metadata: { ...body.metadata, labels, ownerReferences } });
  };
  await s.create(object("VirtualMachine", { template: { metadata: { annotations } } }));
  await start(1);
  return {
    start,
    async stop() {
      await Promise.all([s.remove("VirtualMachineInstance", name), s.remove("Pod", launcher)]);
      await s.gone("Pod", launcher);
      await s.gone("VirtualMachineInstance", name);
    },
    remove: () => s.remove("VirtualMachine", name),
  };
}
