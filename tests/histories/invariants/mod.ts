/** Every invariant, and who calls them. */
import type { Write } from "../cluster.ts";
import { Facts } from "../facts.ts";
import type { World } from "../world.ts";
import { addresses } from "./addresses.ts";
import { effort } from "./effort.ts";
import { nat } from "./gateways.ts";
import { identity } from "./identity.ts";
import { type Invariant, Violation } from "./invariant.ts";
import { isolation } from "./isolation.ts";
import { machines } from "./machines.ts";
import { own } from "./own.ts";
import { pools } from "./pools.ts";
import { rest } from "./rest.ts";
import { tenants } from "./tenants.ts";
import { told } from "./told.ts";
import { writes } from "./writes.ts";

export const invariants: readonly Invariant[] = [
  ...addresses,
  ...identity,
  ...writes,
  ...rest,
  ...pools,
  ...nat,
  ...machines,
  ...isolation,
  ...own,
  ...told,
  ...tenants,
  ...effort,
];

const afterWrite = invariants.filter((i) => i.afterWrite);
const beforeRequest = invariants.filter((i) => i.beforeRequest);
const atBegin = invariants.filter((i) => i.atBegin);
const afterSaying = invariants.filter((i) => i.afterSaying);
const atRest = invariants.filter((i) => i.atRest);

/** Judges a world from its first commit on. @throws Violation out of whatever action broke something. */
export class Judge {
  readonly facts: Facts;

  constructor(world: World) {
    const facts = this.facts = new Facts(world);
    world.cluster.onWrite = (write: Write) => {
      facts.note(write);
      for (const { id, afterWrite: judge } of afterWrite) found(id, judge!(write, facts), write);
    };
    world.onRequest = (request, by) => {
      for (const { id, beforeRequest: judge } of beforeRequest) found(id, judge!(request, by, facts));
    };
    world.onBegin = (replica, item) => {
      for (const { id, atBegin: judge } of atBegin) found(id, judge!(replica, item));
    };
    world.onSaying = (announcement) => {
      for (const { id, afterSaying: judge } of afterSaying) found(id, judge!(announcement, facts));
    };
  }

  rest(): void {
    for (const { id, atRest: judge } of atRest) found(id, judge!(this.facts));
  }
}

function found(id: string, what: string | undefined, write?: Write): void {
  if (what !== undefined) throw new Violation(id, what, write);
}
