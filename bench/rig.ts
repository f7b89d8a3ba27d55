/** A real API server with our CRDs, a client that counts, and an operator that begins when it is told to. */
import process from "node:process";
import { Pod } from "../crds/foreign.ts";
import { definitions, kinds } from "../crds/mod.ts";
import { projections } from "../crds/projections.ts";
import { rules } from "../crds/rules.ts";
import { Subnet } from "../crds/subnet.ts";
import { seeds, tables } from "../controllers/mod.ts";
import type { Answer, Client, Request } from "../kube/api.ts";
import { createClient } from "../kube/client.ts";
import { loadConnection } from "../kube/config/load.ts";
import { Transport } from "../kube/transport.ts";
import type { Condition } from "../reconcile/kind.ts";
import { runtimeEnv } from "../runtime/env.ts";
import { Operator } from "../runtime/operator.ts";
import { startControlPlane } from "../tools/control_plane/start.ts";

export const IN_FLIGHT = 64;
const CRD = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};
const WRITES: ReadonlySet<string> = new Set(["create", "update", "apply", "merge", "patch", "delete"]);

export const env = runtimeEnv();

/** CPU seconds of this process, user and system. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Resident memory in MB. */
export const residentMb = (): number => Math.round(Deno.memoryUsage().rss / 1e6);

type Plane = Awaited<ReturnType<typeof startControlPlane>>;

export class Rig implements AsyncDisposable {
  /** Writes of the operator since it was made, Events apart. */
  written = 0;
  readonly client: Client;
  #plane: Plane;
  #connect: () => Promise<Client>;

  private constructor(plane: Plane, client: Client, connect: () => Promise<Client>) {
    this.#plane = plane;
    this.#connect = connect;
    this.client = client;
  }

  static async start(): Promise<Rig> {
    const plane = await startControlPlane({ controllerManager: false });
    const connect = async () => {
      const connection = await loadConnection({
        kubeconfig: plane.kubeconfig,
        variable: () => undefined,
        now: () => env.now(),
        wallClock: () => Date.now(),
      });
      if (!connection) throw new Error(`no connection in ${plane.kubeconfig}`);
      return createClient(new Transport(connection, { env }), { env, inFlight: IN_FLIGHT });
    };
    const client = await connect();
    const rig = new Rig(plane, client, connect);
    for (const body of definitions) {
      await rig.must({ verb: "apply", resource: CRD, body, manager: "bench", force: true });
    }
    await until(async () => (await client.send({ verb: "list", resource: Subnet })).outcome === "ok");
    return rig;
  }

  /** An operator that has seen everything and decides nothing until `engine.lead(true)`. */
  async operator(): Promise<Operator> {
    const client = await this.#connect();
    const counting: Client = {
      send: (request, signal) => {
        if (WRITES.has(request.verb) && request.resource.kind !== "Event") this.written++;
        return client.send(request, signal);
      },
      watch: (resource, options) => client.watch(resource, options),
    };
    const definition = { rules, kinds, tables, projections, seeds: seeds() };
    const operator = new Operator({ definition, client: counting, env, replica: "bench" });
    operator.start();
    operator.engine.lead(false);
    await until(() => operator.engine.unsynced.length === 0);
    return operator;
  }

  /** The operator with its default Subnet ready. */
  async ready(): Promise<Operator> {
    const operator = await this.operator();
    lead(operator, true);
    await until(async () => {
      const { object } = await this.client.send({ verb: "get", resource: Subnet, key: "ovn-default" });
      const { conditions = [] } = (object?.status ?? {}) as { conditions?: readonly Condition[] };
      return conditions.some((c) => c.type === "Ready" && c.status === "True");
    });
    return operator;
  }

  async must(request: Request): Promise<Answer> {
    const answer = await this.client.send(request);
    if (answer.outcome !== "ok") {
      throw new Error(`${request.verb} ${request.resource.kind}: ${answer.message}`);
    }
    return answer;
  }

  async createPods(count: number, prefix: string): Promise<void> {
    await together(count, (i) => this.createPod(`${prefix}-${i}`));
  }
  async createPod(name: string): Promise<void> {
    const metadata = { name, namespace: "default" };
    const spec = { nodeName: "node-0", containers: [{ name: "main", image: "example.com/image" }] };
    await this.must({ verb: "create", resource: Pod, body: { metadata, spec }, manager: "bench" });
  }
  async deletePods(names: readonly string[]): Promise<void> {
    await together(
      names.length,
      (i) => this.must({ verb: "delete", resource: Pod, key: `default/${names[i]}`, gracePeriodSeconds: 0 }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#plane[Symbol.asyncDispose]();
  }
}

export function lead(operator: Operator, leads: boolean): void {
  operator.engine.lead(leads);
  operator.pump.wake();
}

/** Runs `task(0)` … `task(count - 1)` with as many under way as the client allows. */
export async function together(count: number, task: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** @throws after five minutes: then something is broken, and no figure would mean anything. */
export async function until(holds: () => boolean | Promise<boolean>, { everyMs = 10 } = {}): Promise<void> {
  const end = env.now() + 300_000;
  while (!await holds()) {
    if (env.now() > end) throw new Error("did not come true within five minutes");
    await env.sleep(everyMs);
  }
}
