/** Something happens between two requests of one allocation. */
import { assert } from "@std/assert";
import { type Cluster, cluster } from "./cluster.ts";

export class Crash extends Error {}

/** Two addresses of the IPv4 block are free, and five of the IPv6 one. */
export function ready(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29,fd00:66::/125", excludeIps: ["10.66.0.4..10.66.0.6"] });
  return lab.settle();
}

/** Serves `default/p`, and calls `strike` right before its nth request; says whether there was one. */
export function interrupted(lab: Cluster, nth: number, strike: (commit: () => void) => void): boolean {
  let requests = 0;
  lab.intercept = (request) => {
    if (++requests === nth) strike(() => lab.server.execute(request));
    return undefined;
  };
  lab.pod("default/p", { logical_switch: "sn" });
  try {
    lab.settle();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
  lab.intercept = () => undefined;
  return requests >= nth;
}

/** Once for every request that the allocation makes; a new cluster each time. */
export function atEveryRequest(check: (nth: number) => boolean): void {
  let nth = 1;
  while (check(nth)) nth++;
  assert(nth > 6, "record, two claims, two live reads, annotation");
}
