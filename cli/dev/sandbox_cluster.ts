/** A cluster in this process: the sandbox behind HTTP, the controllers around it, and two nodes that run pods. */
import type { Client } from "../../kube/api.ts";
import { createClient } from "../../kube/client.ts";
import type { Connection } from "../../kube/connection.ts";
import { Transport } from "../../kube/transport.ts";
import { definitions } from "../../crds/mod.ts";
import type { RuntimeEnv } from "../../runtime/env.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { serve } from "../../sandbox/http/serve.ts";
import { FakeKubelet } from "../../sandbox/kubelet.ts";
import { foreignDefinitions } from "../../sandbox/foreign.ts";
import { ApiServer } from "../../sandbox/server.ts";
import { runControllers } from "../../sandbox/workloads.ts";

export interface SandboxCluster extends AsyncDisposable {
  readonly server: ApiServer;
  /** For `kubectl --server`. */
  readonly url: string;
  /** Over HTTP, as an operator of a real cluster talks to it. */
  readonly client: Client;
}

export const NODES = 2;

export async function startSandbox(env: RuntimeEnv): Promise<SandboxCluster> {
  const server = new ApiServer({
    now: () => env.wall(),
    uid: () => crypto.randomUUID(),
    definitions: [...definitions, ...foreignDefinitions],
  });
  const http = serve(server);
  const transport = new Transport(loopback(http.url), { env });
  const controllers = runControllers(server);
  const kubelet = new FakeKubelet(new SandboxClient(server), { env, wall: () => env.wall() });
  const stop = new AbortController();
  await kubelet.ensureNodes(NODES);
  const running = kubelet.run(stop.signal);
  return {
    server,
    url: http.url,
    client: createClient(transport, { env }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      controllers[Symbol.dispose]();
      transport.close();
      await http[Symbol.asyncDispose]();
    },
  };
}

/** Nobody else can reach it: no credentials. */
function loopback(server: string): Connection {
  const credentials = { identity: () => Promise.resolve({}), renew: () => Promise.resolve({}) };
  return { server, caCerts: [], credentials, namespace: "default" };
}
