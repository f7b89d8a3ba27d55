/**
 * The controllers that run around an API server in every cluster, as far as a sandbox needs them.
 *
 * Each turns commits into keys of work, and does one key at a time, from the present state; so a simulation can let them
 * run, or not, between any two steps.
 */
import type { Commit } from "../log.ts";
import type { ApiServer } from "../server.ts";

export interface Controller {
  /** What to look at after a commit. */
  wake(commit: Commit): Iterable<string>;
  /** Brings one thing closer to what it should be; does nothing when it is there. */
  work(server: ApiServer, key: string): void;
}

export class Environment implements Disposable {
  readonly #queue = new Map<string, () => void>();
  readonly #stop: () => void;
  readonly #server: ApiServer;

  constructor(server: ApiServer, controllers: readonly Controller[]) {
    this.#server = server;
    const note = (commit: Commit) => {
      for (const [i, controller] of controllers.entries()) {
        for (const key of controller.wake(commit)) {
          this.#queue.set(`${i} ${key}`, () => controller.work(this.#server, key));
        }
      }
    };
    server.log.forEach(note);
    this.#stop = server.onCommit(note);
  }

  /** @returns whether there was anything to do. */
  step(): boolean {
    for (const [id, work] of this.#queue) {
      this.#queue.delete(id);
      work();
      return true;
    }
    return false;
  }

  /** Until there is nothing left to do. */
  settle(): void {
    while (this.step());
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
