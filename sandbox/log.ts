/** The history of everything that was written: what watches are served from. */
import type { Json } from "../kube/api.ts";
import type { Key } from "../kube/resource.ts";
import type { Managers } from "./fields/manager.ts";
import type { Served } from "./kinds/served.ts";

/** One write. */
export interface Commit {
  /** The resourceVersion it made. */
  readonly rv: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly kind: Served;
  readonly key: Key;
  /** As it is from now on; of a deletion, the last state with the version of the deletion. */
  readonly object: Json;
  readonly previous?: Json;
  readonly managers: Managers;
}

/** Commits in order, of all kinds or of one. An index stays valid until {@link trim}. */
export class Log {
  #commits: Commit[] = [];

  get commits(): readonly Commit[] {
    return this.#commits;
  }

  push(commit: Commit): void {
    this.#commits.push(commit);
  }

  /** The index of the first commit after a resourceVersion. */
  indexAfter(rv: number): number {
    let low = 0, high = this.#commits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#commits[middle]!.rv <= rv) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets what happened up to a resourceVersion. */
  trim(rv: number): void {
    this.#commits = this.#commits.slice(this.indexAfter(rv));
  }
}
