/** Where scenarios play: a control plane of their own with our operator, or a cluster that is there already. */
import type { Client } from "../../kube/api.ts";
import { loadConnection } from "../../kube/config/load.ts";
import { createClient } from "../../kube/client.ts";
import { systemEnv, systemVariable } from "../../kube/env.ts";
import { Transport } from "../../kube/transport.ts";
import { toStderr } from "../../tools/control_plane/progress.ts";
import type { OperatorProcess } from "../control_plane/operator.ts";
import { startCluster } from "../e2e/cluster.ts";
import { others } from "./others.ts";

/** A controller that can be stopped. */
export interface Controller {
  /** Does something while it is away. Whoever asks for that at the same time shares the time. */
  away<T>(act: () => Promise<T>): Promise<T>;
  /** Ends it without warning, and starts it again. */
  crash(): Promise<void>;
}

export interface Ground extends AsyncDisposable {
  readonly client: Client;
  /** Absent where the controller is somebody else's. */
  readonly controller?: Controller;
  /** What the controller complained about. */
  complaints(): Promise<string>;
}

/** Control plane, nodes and the operator, all started here; ends them in the end. */
export async function ownGround(): Promise<Ground> {
  const cluster = await startCluster({ log: toStderr });
  await cluster.kubectl(["apply", "--server-side", "-f", "-"], { stdin: others });
  const definitions = others.items.filter(({ kind }) => kind === "CustomResourceDefinition");
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
  await cluster.kubectl(["wait", "--for=condition=Established", "--timeout=30s", ...names]);
  const operator = cluster.replica("operator");
  await operator.start();
  return {
    client: cluster.client,
    controller: controllerOf(operator),
    complaints: () => cluster.complaints(),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** @throws ConfigError when no cluster is configured, or not as it should be */
export async function externalGround(context: string | undefined): Promise<Ground> {
  const env = systemEnv(), variable = systemVariable;
  const now = () => env.now(), wallClock = () => Date.now();
  const connection = await loadConnection({ context, variable, now, wallClock });
  if (!connection) throw new Error("No cluster is configured: there is no kubeconfig.");
  const transport = new Transport(connection, { env });
  return {
    client: createClient(transport, { env }),
    complaints: () => Promise.resolve(""),
    [Symbol.asyncDispose]: () => Promise.resolve(transport.close()),
  };
}

function controllerOf(operator: OperatorProcess): Controller {
  let users = 0;
  /** The last change of its state, which the next one waits for. */
  let change: Promise<void> = Promise.resolve();
  const turn = (how: () => Promise<void>) => (change = change.catch(() => {}).then(how));
  return {
    async away(act) {
      await (users++ === 0 ? turn(() => operator.stop()) : change);
      try {
        return await act();
      } finally {
        await (--users === 0
          ? turn(async () => users === 0 ? await operator.start() : undefined)
          : undefined);
      }
    },
    crash: () =>
      turn(async () => {
        if (users > 0) return;
        await operator.kill();
        await operator.start();
      }),
  };
}
