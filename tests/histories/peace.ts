/**
 * Nothing fails any more and users are quiet: everything on the way arrives, every timer fires, until nothing is left to do.
 *
 * No key is looked at again just to be sure: what nobody was woken for stays undone, and is found.
 */
import type { Random } from "../conformance/random.ts";
import type { Action } from "./action.ts";
import { Violation } from "./invariants/invariant.ts";
import { isBehind, type Replica } from "./replica.ts";
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
    const actions = possible(world);
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

/** The same without the clock, step by step, and perhaps without some of it: a history can begin in peace. */
export function* calm(
  world: World,
  random: Random,
  may: (action: Action) => boolean = () => true,
): Iterable<Action> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const actions = possible(world).filter(may);
    if (actions.length === 0) return;
    yield random.pick(actions);
  }
}

/** Asked for after every step: so it is a plain loop. */
function possible(world: World): readonly Action[] {
  const actions: Action[] = [];
  for (const replica of world.replicas) addSteps(actions, replica);
  if (world.late.length > 0) actions.push({ do: "land", which: 0 });
  for (const action of due(world.cluster)) actions.push(action);
  return actions;
}

function addSteps(actions: Action[], replica: Replica): void {
  const at = replica.index;
  for (const watch of replica.watches) {
    const { kind } = watch;
    if (watch.due !== undefined) actions.push({ do: "list", at, kind, behind: 0, whole: true });
    else if (isBehind(watch)) actions.push({ do: "deliver", at, kind, times: 50 });
  }
  if (replica.canStep) actions.push({ do: "step", at, times: 1 });
  for (const { item, isAnswered } of replica.processes) {
    actions.push(isAnswered ? { do: "answer", at, item } : { do: "send", at, item, which: 0, fate: "done" });
  }
}
