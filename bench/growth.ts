/** How the time of one pod grows with the size of the cluster: deciding, without any API server in between. */
import { Pod } from "../crds/foreign.ts";
import { definitions, kinds } from "../crds/mod.ts";
import { projections } from "../crds/projections.ts";
import { rules } from "../crds/rules.ts";
import { seeds, tables } from "../controllers/mod.ts";
import { ApiServer } from "../sandbox/server.ts";
import { Lab } from "../tests/lab.ts";
import type { Row } from "./row.ts";

const BATCH = 500, BATCHES = 7;

class Cluster {
  #lab: Lab;
  #made = 0;

  constructor() {
    let uid = 0;
    const server = new ApiServer({
      now: () => "2026-01-01T00:00:00Z",
      uid: () => `uid-${++uid}`,
      definitions,
      managedFields: false,
    });
    this.#lab = new Lab({ server, rules, kinds, tables, projections, seeds: seeds() });
    this.#lab.settle({ ms: 5000 });
  }

  /** Microseconds a pod, sandbox included: its share does not grow. */
  add(pods: number): number {
    const spec = { nodeName: "node-0", containers: [{ name: "main", image: "example.com/image" }] };
    const names = Array.from({ length: pods }, () => `pod-${this.#made++}`);
    for (const name of names) this.#lab.create(Pod, { metadata: { name, namespace: "default" }, spec });
    const began = performance.now();
    this.#lab.settle();
    const taken = (performance.now() - began) * 1000 / pods;
    this.#lab.sent.length = 0;
    return taken;
  }

  grow(to: number): void {
    while (this.#made < to) this.add(Math.min(1000, to - this.#made));
  }

  /** The fastest batch: whatever else this machine does only makes one slower. */
  best(): number {
    return Math.min(...Array.from({ length: BATCHES }, () => this.add(BATCH)));
  }
}

export function growth(say: (line: string) => void): Row[] {
  new Cluster().grow(3_000); // so that both measurements run compiled code
  const cluster = new Cluster();
  cluster.grow(1_000);
  const floor = cluster.best();
  say(`at 1,000 pods: ${floor.toFixed(0)} µs a pod`);
  cluster.grow(50_000);
  const value = cluster.best(), ratio = value / floor;
  say(`at 50,000 pods: ${value.toFixed(0)} µs a pod`);
  return [{
    what: "one pod at 50,000 beside one at 1,000",
    value,
    unit: "µs",
    floor,
    ratio,
    goal: "≤ 1.2 ×",
    met: ratio <= 1.2,
  }];
}
