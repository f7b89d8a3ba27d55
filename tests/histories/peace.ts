/**
 * Nothing fails any more and users are quiet: everything on the way arrives, every timer fires, until nothing is left to do.
 *
 * No key is looked at again just to be sure: what nobody was woken for stays undone, and is found.
 */
import type { Random } from "../conformance/random.ts";
import type { Action } from "./action.ts";
import { Violation } from "./invariants/invariant.ts";
import type { Replica } from "./replica.ts";
import { due } from "./surroundings.ts";
import type { World } from "./world.ts";

/** More than any history of this size should need. */
const MOST_STEPS = 20_000;
/** What is tried again by the clock comes at least every five minutes. */
const QUIET_MS = 11 * 60_000;

/** @throws Violation L5 when it does not come to rest. */
export function settle(world: World, random: Random): void {
  let version = world.cluster.version, since = world.clock.now;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const actions = [...possible(world)];
    if (actions.length > 0) {
      world.perform(random.pick(actions));
      continue;
    }
    if (world.cluster.version !== version) {
      version = world.cluster.version;
      since = world.clock.now;
    }
    const { next } = world.clock;
    if (next === undefined || next > since + QUIET_MS) return;
    world.clock.tick();
  }
  throw new Violation("L5", `no rest after ${MOST_STEPS} steps`);
}

/** The same without the clock, step by step: a history can begin in peace. */
export function* calm(world: World, random: Random): Iterable<Action> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const actions = [...possible(world)];
    if (actions.length === 0) return;
    yield random.pick(actions);
  }
}

function* possible(world: World): Iterable<Action> {
  for (const replica of world.replicas) yield* of(replica, world);
  if (world.late.length > 0) yield { do: "land", which: 0 };
  yield* due(world.cluster);
}

function* of(replica: Replica, { cluster, composition }: World): Iterable<Action> {
  const at = replica.index;
  for (const kind of composition.kinds) {
    const { seen, due } = replica.watches.get(kind.kind)!;
    if (due !== undefined) yield { do: "list", at, kind: kind.kind, behind: 0, whole: true };
    else if (seen < cluster.logOf(kind).length) yield { do: "deliver", at, kind: kind.kind, times: 50 };
  }
  if (replica.canStep) yield { do: "step", at, times: 1 };
  for (const { item, isAnswered } of replica.processes) {
    yield isAnswered ? { do: "answer", at, item } : { do: "send", at, item, which: 0, fate: "done" };
  }
}
