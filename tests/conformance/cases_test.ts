import type { Client } from "../../kube/api.ts";
import { startControlPlane } from "../../tools/control_plane/start.ts";
import { connect } from "../control_plane/connect.ts";
import { eventually } from "../control_plane/eventually.ts";
import { installCrds } from "../control_plane/harness.ts";
import { kubectlOf } from "../control_plane/kubectl.ts";
import { cases } from "./cases.ts";
import { expect, MANAGER, Namespace, Subnet } from "./world.ts";

const start = async () => {
  const plane = await startControlPlane();
  await installCrds(kubectlOf(plane));
  return { plane, client: await connect(plane) };
};
let shared: ReturnType<typeof start> | undefined;

for (const [index, { name, run }] of cases.entries()) {
  Deno.test(`API server: ${name}`, async () => {
    const { plane, client } = await (shared ??= start());
    const namespace = `case-${index}`;
    const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
    expect(await client.send({ verb: "create", resource: Namespace, body, manager: MANAGER }), 201);
    await run({
      client,
      namespace,
      async compact() {
        await plane.etcd.compact();
        // A running API server remembers for a while what etcd has forgotten.
        await plane.apiserver.kill();
        await plane.apiserver.start();
        await eventually("custom kinds can be watched again", () => canWatch(client));
      },
    });
  });
}

/** They answer 429 for a moment after a start. */
async function canWatch(client: Client): Promise<boolean> {
  const stop = new AbortController();
  for await (const line of client.watch(Subnet, { signal: stop.signal })) {
    stop.abort();
    return line.type !== "ERROR";
  }
  return false;
}
