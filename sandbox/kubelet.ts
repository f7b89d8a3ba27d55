/**
 * A scheduler and the kubelets of any number of nodes, without nodes: over any {@link Client}, so over the sandbox as over a
 * real API server.
 */
import type { Client, Json } from "../kube/api.ts";
import type { Env } from "../kube/env.ts";
import { type Key, keyOf, type Obj, type Resource } from "../kube/resource.ts";
import { kubeletRequest, PODS } from "./kubelet_step.ts";

const NODES: Resource = { apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false };
const MANAGER = "kubelet";

export interface KubeletOptions {
  readonly env: Env;
  /** ISO 8601, to the second. @default the time of day */
  readonly wall?: () => string;
  /** How long containers take to stop. @default 0 */
  readonly stopMs?: number;
  /** Requests under way at once. @default 64 */
  readonly inFlight?: number;
  /** Nodes are named `<prefix>1`, `<prefix>2`, …. @default node- */
  readonly prefix?: string;
}

const RETRY_MS = 200;

export class FakeKubelet {
  readonly #client: Client;
  readonly #options: Required<KubeletOptions>;
  /** The last state seen of each pod. */
  readonly #pods = new Map<Key, Obj>();
  readonly #waiting = new Set<Key>();
  readonly #busy = new Set<Key>();
  /** Uids of pods whose containers are stopping, or have stopped. */
  readonly #stopping = new Set<string>();
  #nodes: string[] = [];
  #turn = 0;

  constructor(client: Client, options: KubeletOptions) {
    this.#client = client;
    this.#options = { wall: timeOfDay, stopMs: 0, inFlight: 64, prefix: "node-", ...options };
  }

  /** Creates the nodes that pods are spread over, where they are not there yet. @throws Error when one cannot be. */
  async ensureNodes(count: number): Promise<void> {
    this.#nodes = Array.from({ length: count }, (_, i) => `${this.#options.prefix}${i + 1}`);
    for (const [i, name] of this.#nodes.entries()) {
      const body = nodeBody(name);
      const made = await this.#client.send({ verb: "create", resource: NODES, body, manager: MANAGER });
      if (made.outcome !== "ok" && made.reason !== "AlreadyExists") {
        throw new Error(`node ${name}: ${made.message}`);
      }
      const status = nodeStatus(i, this.#options.wall());
      await this.#client.send({
        verb: "merge",
        resource: NODES,
        key: name,
        subresource: "status",
        body: { status },
        manager: MANAGER,
      });
    }
  }

  /** Until the signal fires; a watch that ends is begun again. Needs {@link ensureNodes}. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#pods.clear();
      for await (const line of this.#client.watch(PODS, { signal })) {
        if (line.type === "ERROR") break;
        if (line.type === "BOOKMARK") continue;
        const key = keyOf(line.object);
        if (line.type === "DELETED") {
          this.#pods.delete(key);
          this.#stopping.delete(line.object.metadata.uid);
        } else {
          this.#pods.set(key, line.object);
          this.#wake(key, signal);
        }
      }
      await this.#options.env.sleep(RETRY_MS, signal);
    }
  }

  #wake(key: Key, signal: AbortSignal): void {
    this.#waiting.add(key);
    while (this.#busy.size < this.#options.inFlight) {
      const next = this.#waiting.values().find((each) => !this.#busy.has(each));
      if (next === undefined || signal.aborted) return;
      this.#waiting.delete(next);
      this.#busy.add(next);
      this.#tend(next, signal).finally(() => {
        this.#busy.delete(next);
        if (this.#waiting.size > 0) this.#wake(this.#waiting.values().next().value!, signal);
      });
    }
  }

  async #tend(key: Key, signal: AbortSignal): Promise<void> {
    const { env, wall, stopMs } = this.#options;
    const pod = this.#pods.get(key);
    const node = this.#nodes[this.#turn % this.#nodes.length];
    const request = pod && node !== undefined ? kubeletRequest(pod, { node, now: wall() }) : undefined;
    if (!request) return;
    if (request.verb === "create") this.#turn++;
    if (request.verb === "delete" && stopMs > 0 && !this.#stopping.has(pod!.metadata.uid)) {
      this.#stopping.add(pod!.metadata.uid);
      env.sleep(stopMs, signal).then(() => this.#wake(key, signal));
      return;
    }
    const answer = await this.#client.send(request, signal);
    if (answer.outcome === "ok" || answer.outcome === "gone" || answer.outcome === "conflict") return;
    await env.sleep(answer.retryAfterMs ?? RETRY_MS, signal);
    this.#waiting.add(key);
  }
}

function nodeBody(name: string): Json {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" } },
  };
}

function nodeStatus(index: number, now: string): Json {
  return {
    addresses: [{ type: "InternalIP", address: `192.168.${index >> 8}.${index & 255}` }],
    conditions: [{
      type: "Ready",
      status: "True",
      reason: "KubeletReady",
      message: "kubelet is posting ready status",
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    }],
  };
}

function timeOfDay(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
