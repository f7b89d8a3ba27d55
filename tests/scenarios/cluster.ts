/** Where scenarios play: a control plane of their own with our operator, or a cluster that is there already. */
import type { Client } from "../../kube/api.ts";
import { loadConnection } from "../../kube/config/load.ts";
import { createClient } from "../../kube/client.ts";
import { systemEnv, systemVariable } from "../../kube/env.ts";
import { Transport } from "../../kube/transport.ts";
import { toStderr } from "../../tools/control_plane/progress.ts";
import { applied } from "../control_plane/kubectl.ts";
import type { OperatorProcess } from "../control_plane/operator.ts";
import { startCluster } from "../e2e/cluster.ts";
import type { Journal } from "../e2e/journal.ts";
import { others } from "./others.ts";
import { pause } from "./pause.ts";

/** A controller that can be stopped. */
export interface Controller {
  /** Does something while it is away. Whoever asks for that before it goes shares the time. */
  away<T>(act: () => Promise<T>): Promise<T>;
  /** Ends it without warning, and starts it again, after something is done perhaps. */
  crash(meanwhile?: () => Promise<void>): Promise<void>;
  /** Milliseconds that it has worked: a clock that stands still while it is away. */
  worked(): number;
}

export interface Ground extends AsyncDisposable {
  readonly client: Client;
  /** Absent where the controller is somebody else's. */
  readonly controller?: Controller;
  /** As somebody whom admission policies let pass. */
  readonly emergency?: Client;
  /** Whether admission policies are known to be in force. @default false */
  readonly isGuarded?: boolean;
  /** What the controller complained about. */
  complaints(): Promise<string>;
}

export interface OwnGround extends Ground {
  /** What was written, from the beginning. */
  readonly journal: Journal;
}

/** Control plane, nodes and the operator, all started here, with the policies unless told otherwise; ends them in the end. */
export async function ownGround(isGuarded = true): Promise<OwnGround> {
  const cluster = await startCluster({ log: toStderr, policies: isGuarded ? ["admission"] : [] });
  await applied(cluster.kubectl, others.items);
  const definitions = others.items.filter(({ kind }) => kind === "CustomResourceDefinition");
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
  await cluster.kubectl(["wait", "--for=condition=Established", "--timeout=120s", ...names]);
  const operator = cluster.replica("operator");
  await operator.start();
  return {
    client: cluster.client,
    emergency: cluster.emergency,
    isGuarded,
    journal: cluster.journal,
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

/** So long others have it work between two times when it is away, milliseconds. */
const SHIFT_MS = 5_000;

export function controllerOf(
  operator: Pick<OperatorProcess, "start" | "stop" | "kill">,
  shiftMs: number = SHIFT_MS,
): Controller {
  const asking: (() => Promise<void>)[] = [];
  /** The last change of its state, which the next one waits for. */
  let change: Promise<void> = Promise.resolve();
  let before = 0, since: number | undefined = performance.now();
  const worked = () => before + (since === undefined ? 0 : performance.now() - since);
  const turn = (how: () => Promise<void>) => (change = change.catch(() => {}).then(how));
  const end = async (how: "stop" | "kill") => {
    await operator[how]();
    [before, since] = [worked(), undefined];
  };
  const begin = async () => {
    await operator.start();
    since = performance.now();
  };
  const absence = async () => {
    await pause(Math.max(0, shiftMs - (performance.now() - since!)));
    // Whoever comes later waits for the next time.
    const acts = asking.splice(0);
    await end("stop");
    await Promise.all(acts.map((act) => act()));
    await begin();
  };
  return {
    worked,
    async away<T>(act: () => Promise<T>) {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      asking.push(() => act().then(resolve, reject));
      await (asking.length === 1 ? turn(absence) : change);
      return await promise;
    },
    crash: (meanwhile = () => Promise.resolve()) =>
      turn(async () => {
        await end("kill");
        try {
          await meanwhile();
        } finally {
          await begin();
        }
      }),
  };
}
