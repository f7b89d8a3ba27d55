/** What one address costs that is given back to a full Subnet, by how many wait for one: deciding, without any API server in between. */
import { Pod } from "../crds/foreign.ts";
import { definitions, kinds } from "../crds/mod.ts";
import { projections } from "../crds/projections.ts";
import { rules } from "../crds/rules.ts";
import { Subnet } from "../crds/subnet.ts";
import { seeds, tables } from "../controllers/mod.ts";
import { ApiServer } from "../sandbox/server.ts";
import { Lab } from "../tests/lab.ts";
import type { Row } from "./row.ts";

const SERVED = 200, BATCH = 10, BATCHES = 7;

class FullSubnet {
  #lab: Lab;
  #released = 0;

  constructor(waiting: number) {
    let uid = 0, second = 0;
    const server = new ApiServer({
      now: () => new Date(Date.UTC(2026) + second * 1000).toISOString(),
      uid: () => `uid-${++uid}`,
      definitions,
      managedFields: false,
    });
    this.#lab = new Lab({ server, rules, kinds, tables, projections, seeds: seeds() });
    this.#lab.settle({ ms: 5000 });
    const excludeIps = [`10.66.0.${SERVED + 2}..10.66.0.254`];
    this.#lab.create(Subnet, {
      metadata: { name: "full" },
      spec: { cidrBlock: "10.66.0.0/24", excludeIps, namespaces: ["default"] },
    });
    this.#lab.settle({ ms: 5000 });
    const spec = { nodeName: "node-0", containers: [{ name: "main", image: "example.com/image" }] };
    for (second = 1; second <= SERVED + waiting; second++) {
      this.#lab.create(Pod, { metadata: { name: `pod-${second}`, namespace: "default" }, spec });
      if (second % 500 === 0) this.#lab.settle();
    }
    this.#lab.settle({ ms: 5000 });
  }

  /** Microseconds from a pod's end to its address being told to who waited longest, sandbox included: its share does not grow. */
  #batch(): number {
    const began = performance.now();
    for (let i = 0; i < BATCH; i++) {
      this.#lab.delete(Pod, `default/pod-${++this.#released}`, { gracePeriodSeconds: 0 });
      this.#lab.settle();
    }
    this.#lab.sent.length = 0;
    return (performance.now() - began) * 1000 / BATCH;
  }

  /** The fastest batch: whatever else this machine does only makes one slower. */
  best(): number {
    return Math.min(...Array.from({ length: BATCHES }, () => this.#batch()));
  }
}

export function waiting(say: (line: string) => void): Row[] {
  new FullSubnet(500).best(); // so that both measurements run compiled code
  const floor = new FullSubnet(100).best();
  say(`with 100 waiting: ${floor.toFixed(0)} µs for each address that is given back`);
  const value = new FullSubnet(5_000).best(), ratio = value / floor;
  say(`with 5,000 waiting: ${value.toFixed(0)} µs for each address that is given back`);
  return [{
    what: "an address given back, 5,000 waiting beside 100",
    value,
    unit: "µs",
    floor,
    ratio,
    goal: "≤ 1.5 ×",
    met: ratio <= 1.5,
  }];
}
