/** What goes on in a cluster: pods come and go, StatefulSets are scaled, replicas of the operator are killed and frozen. */
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import type { Client, Json } from "../../kube/api.ts";
import type { Random } from "../conformance/random.ts";
import type { OperatorProcess } from "../control_plane/operator.ts";
import { keyOf } from "../../kube/resource.ts";
import { pod } from "../e2e/manifests.ts";
import { resourceOf } from "../scenarios/resources.ts";
import { type Life, WISHES } from "./lives.ts";

export interface Users {
  readonly client: Client;
  readonly random: Random;
  readonly namespace: string;
  /** Ends what goes on for ever. */
  readonly signal: AbortSignal;
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const WEIGHTS = Object.fromEntries(Object.entries(WISHES).map(([name, { weight }]) => [name, weight]));
const below = (random: Random) => (n: number): number => Math.floor(random.next() * n);

/** So many pods live at once. */
const CROWD = 40;

/** @returns when `count` pods have lived, for up to some seconds each; some never see an address. */
export async function podLives(
  { client, random, namespace, signal }: Users,
  count: number,
  lived: () => void,
): Promise<void> {
  let begun = 0;
  const live = async () => {
    while (begun < count && !signal.aborted) {
      begun++;
      // Some names are used again and again.
      const name = random.next() < 0.3 ? `again-${Math.floor(random.next() * 20)}` : `once-${begun}`;
      const key = `${namespace}/${name}`, wish = random.weighed(WEIGHTS);
      const annotations = WISHES[wish]!.annotations({ namespace }, below(random));
      const { outcome } = await client.send({
        verb: "create",
        resource: Pod,
        body: pod(key, annotations),
        manager: "user",
      });
      if (outcome !== "ok") {
        begun--;
        await pause(100);
        continue;
      }
      await pause(random.next() ** 3 * 8_000);
      const force = random.next() < 0.3 ? { gracePeriodSeconds: 0 } : {};
      await client.send({ verb: "delete", resource: Pod, key, ...force });
      lived();
    }
  };
  await Promise.all(Array.from({ length: CROWD }, live));
}

export function statefulSet(key: string, annotations: Readonly<Record<string, string>> = {}): Json {
  const [namespace, name] = key.split("/"), labels = { app: name! };
  const template = {
    metadata: { labels, annotations },
    spec: { containers: [{ name: "c", image: "none" }], terminationGracePeriodSeconds: 1 },
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { namespace, name },
    spec: {
      replicas: 2,
      serviceName: name,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: labels },
      template,
    },
  };
}

/** Scales sets up and down `count` times in all; now and then one of their pods is deleted. */
export async function scalings(
  { client, random, namespace, signal }: Users,
  { sets, count, scaled }: { sets: readonly string[]; count: number; scaled: () => void },
): Promise<void> {
  for (let i = 0; i < count && !signal.aborted; i++) {
    const key = random.pick(sets), replicas = Math.floor(random.next() * 6);
    await client.send({
      verb: "merge",
      resource: StatefulSet,
      key,
      body: { spec: { replicas } },
      manager: "user",
    });
    scaled();
    await pause(random.next() * 1_500);
    const name = `${random.pick(sets).split("/")[1]}-${Math.floor(random.next() * 6)}`;
    if (random.next() < 0.5) {
      await client.send({ verb: "delete", resource: Pod, key: `${namespace}/${name}` });
    }
  }
}

/** Objects of one kind of life come and go until `signal`; afterwards none is left. @param ended is called with every end. */
export async function lives(
  { client, random, namespace, signal }: Users,
  { count, objects, longestMs = 8_000 }: Life,
  ended: () => void,
): Promise<void> {
  const remove = ({ kind, ...object }: Json) =>
    client.send({ verb: "delete", resource: resourceOf(kind), key: keyOf(object) });
  await Promise.all(Array.from({ length: count }, async (_, i) => {
    while (!signal.aborted) {
      const all = objects({ namespace }, i, below(random)), made: Json[] = [];
      for (const body of all) {
        const resource = resourceOf(body.kind);
        const { outcome } = await client.send({ verb: "create", resource, body, manager: "user" });
        if (outcome === "ok") made.push(body);
        await pause(random.next() ** 2 * 1_000);
      }
      await pause(random.next() ** 2 * longestMs);
      // The order is nobody's but chance's.
      for (let left = made; left.length > 0;) {
        const next = random.pick(left);
        await remove(next);
        left = left.filter((each) => each !== next);
        await pause(random.next() ** 2 * 1_000);
      }
      ended();
      // What is held by others goes when they do.
      await pause(500 + random.next() * 1_000);
    }
  }));
}

export interface Blows {
  kills: number;
  freezes: number;
}

/** Longer than a lease lasts, so that another replica leads when the first one goes on. */
const LONGEST_FREEZE_MS = 25_000;

/** Until `signal`; afterwards all replicas run. */
export async function blows(
  { random, signal }: Users,
  replicas: readonly OperatorProcess[],
  counts: Blows,
): Promise<void> {
  while (!signal.aborted) {
    await pause(2_000 + random.next() * 8_000);
    if (signal.aborted) return;
    const replica = random.pick(replicas);
    if (random.next() < 0.6) {
      counts.kills++;
      await replica.kill();
      await pause(random.next() * 3_000);
      await replica.start();
    } else {
      counts.freezes++;
      replica.freeze();
      await pause(random.next() * LONGEST_FREEZE_MS);
      replica.thaw();
    }
  }
}
