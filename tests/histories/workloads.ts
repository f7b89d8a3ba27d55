/** The controllers that make pods, and the garbage collector of a cluster: what they have to do, one thing at a time, when a history says so. */
import { garbage } from "../../sandbox/environment/garbage.ts";
import { deployments, replicaSets } from "../../sandbox/environment/replica_sets.ts";
import { advancedStatefulSets, statefulSets } from "../../sandbox/environment/stateful_sets.ts";
import type { Commit } from "../../sandbox/log.ts";
import type { ApiServer } from "../../sandbox/server.ts";

export class Workloads {
  readonly #controllers = [statefulSets, garbage(), deployments, replicaSets, advancedStatefulSets];
  readonly #server: ApiServer;
  readonly #waiting = new Map<string, () => void>();

  constructor(server: ApiServer) {
    this.#server = server;
  }

  /** How much there is to look at. */
  get size(): number {
    return this.#waiting.size;
  }

  /** A commit may mean work. */
  note(commit: Commit): void {
    for (const [i, controller] of this.#controllers.entries()) {
      for (const key of controller.wake(commit)) {
        this.#waiting.set(`${i} ${key}`, () => controller.work(this.#server, key));
      }
    }
  }

  /** Does the n-th thing that waits; false where nothing does. */
  work(which: number): boolean {
    const id = [...this.#waiting.keys()][which % this.#waiting.size];
    if (id === undefined) return false;
    const work = this.#waiting.get(id)!;
    this.#waiting.delete(id);
    work();
    return true;
  }
}
