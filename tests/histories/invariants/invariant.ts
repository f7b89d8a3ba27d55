/** What must hold: each a function over the store and what was written so far. */
import type { Announcement } from "../../../reconcile/announce.ts";
import type { Request } from "../../../kube/api.ts";
import type { Write, Writer } from "../cluster.ts";
import type { Facts } from "../facts.ts";
import type { Replica } from "../replica.ts";

/** `undefined`: it holds; else what is wrong, for people. */
type Verdict = string | undefined;

export interface Invariant {
  /** Its name: S is safety, judged all the time; L is liveness and agreement, judged at rest. */
  readonly id: string;
  readonly says: string;
  /** Right after a commit, with the facts as they are then. */
  readonly afterWrite?: (write: Write, facts: Facts) => Verdict;
  /** Right before a request reaches the API server. */
  readonly beforeRequest?: (request: Request, by: Writer, facts: Facts) => Verdict;
  /** When a replica begins to commit what it decided about a subject. */
  readonly atBegin?: (replica: Replica, item: string) => Verdict;
  /** When a replica says something of an object to people. */
  readonly afterSaying?: (announcement: Announcement, facts: Facts) => Verdict;
  readonly atRest?: (facts: Facts) => Verdict;
}

export class Violation extends Error {
  constructor(readonly id: string, readonly what: string, readonly write?: Write) {
    super(`${id}: ${what}`);
  }
}
