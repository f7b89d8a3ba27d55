/** What goes on in a cluster: pods come and go, StatefulSets are scaled, replicas of the operator are killed and frozen. */
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import type { Client, Json } from "../../kube/api.ts";
import type { Random } from "../conformance/random.ts";
import type { OperatorProcess } from "../control_plane/operator.ts";
import { pod } from "../e2e/manifests.ts";

export interface Users {
  readonly client: Client;
  readonly random: Random;
  readonly namespace: string;
  /** Ends what goes on for ever. */
  readonly signal: AbortSignal;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

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
      const key = `${namespace}/${name}`;
      const { outcome } = await client.send({
        verb: "create",
        resource: Pod,
        body: pod(key),
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

export function statefulSet(key: string): Json {
  const [namespace, name] = key.split("/"), labels = { app: name! };
  const template = {
    metadata: { labels },
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
