/** Virtual machines as KubeVirt shows them: started, stopped and started again, and deleted in the end. */
import type { Client, Json } from "../../kube/api.ts";
import { pod } from "../scenarios/manifests.ts";
import { resourceOf } from "../scenarios/resources.ts";
import { pause, type Users } from "./users.ts";

const MACHINES = 4;
const apiVersion = "kubevirt.io/v1";

/** Until `signal`; afterwards none is left. @param started is called with every start. */
export async function machines(users: Users, started: () => void): Promise<void> {
  await Promise.all(Array.from({ length: MACHINES }, async (_, i) => {
    while (!users.signal.aborted) await live(users, `vm-${i}`, started);
  }));
}

async function live(users: Users, name: string, started: () => void): Promise<void> {
  const { client, random, namespace, signal } = users, key = `${namespace}/${name}`;
  const remove = (kind: string, key: string) =>
    client.send({ verb: "delete", resource: resourceOf(kind), key });
  await create(client, { apiVersion, kind: "VirtualMachine", metadata: { namespace, name }, spec: {} });
  for (let run = 0; run < 4 && !signal.aborted; run++) {
    const instance = { apiVersion, kind: "VirtualMachineInstance", metadata: { namespace, name }, spec: {} };
    const made = await create(client, instance);
    if (made) {
      await create(client, launcher(made, run));
      started();
    }
    await pause(2_000 + random.next() * 6_000);
    await remove("VirtualMachineInstance", key);
    await remove("Pod", `${namespace}/virt-launcher-${name}-${run}`);
    await pause(random.next() * 4_000);
  }
  await remove("VirtualMachine", key);
  await pause(random.next() * 2_000);
}

/** What runs an instance; with two interfaces. */
function launcher({ metadata: { namespace, name, uid } }: Json, run: number): Json {
  const body = pod(`virt-launcher-${name}-${run}`, { "k8s.v1.cni.cncf.io/networks": `${namespace}/one` });
  const owner = { apiVersion, kind: "VirtualMachineInstance", name, uid, controller: true };
  const labels = { "kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": name };
  return { ...body, metadata: { ...body.metadata, namespace, labels, ownerReferences: [owner] } };
}

/** @returns it, unless it could not be made. */
async function create(client: Client, body: Json): Promise<Json | undefined> {
  return (await client.send({ verb: "create", resource: resourceOf(body.kind), body, manager: "user" }))
    .object;
}
