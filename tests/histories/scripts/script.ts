/**
 * A script is what users do, one thing after the other, each when the one before has come to rest: nobody races with anybody, so
 * whatever else happens in between, the end must be the same.
 *
 * There is room for everybody, and a fixed address is never one that could be drawn: chance has nothing to decide.
 */
import { random } from "../../conformance/random.ts";
import type { Action } from "../action.ts";
import { composition } from "../composition.ts";
import { Judge } from "../invariants/mod.ts";
import { settle } from "../peace.ts";
import { seeds } from "../../../controllers/mod.ts";
import type { Composition } from "../replica.ts";
import { Scheduler } from "../scheduler.ts";
import { namespaces, user } from "../setup.ts";
import { anything } from "../setups.ts";
import { World } from "../world.ts";
import { roomy } from "./roomy.ts";

export type Script = readonly Action[];

/** What happens between two acts of users. */
export interface Schedule {
  readonly seed: number;
  readonly replicas: number;
  /** Lost answers, crashes, watches that end and all the rest; else everything arrives, in some order. */
  readonly faults: boolean;
}

export const QUIET: Schedule = { seed: 1, replicas: 1, faults: false };

export const operator: Composition = {
  ...composition,
  seeds: seeds({ defaultCidr: "10.16.0.0/26", joinCidr: "100.64.0.0/28" }),
};

export function stage({ seed, replicas }: Schedule): World {
  const setting = { seed, setup: anything.name, replicas, leaders: replicas };
  return new World({ setting, composition: operator });
}

/** Users look what there is before they act, so a script is written while it is played for the first time, without faults. */
export function draw(seed: number, length: number): Script {
  const chance = random(seed), world = stage(QUIET), script: Action[] = [];
  const act = (action: Action) => {
    script.push(action);
    play(world, [action], QUIET);
  };
  for (const action of namespaces(["red", "green"])) act(action);
  while (script.length < length) {
    const [name, doing] = chance.pick(Object.entries(roomy)), request = doing(world.cluster, chance);
    if (request) act(user(name, request));
  }
  return script;
}

/** @throws Violation where an invariant is broken on the way, or at the end. */
export function perform(script: Script, schedule: Schedule, world = stage(schedule)): World {
  const judge = new Judge(world);
  play(world, script, schedule);
  judge.rest();
  return world;
}

const BETWEEN_MS = 2000;

function play(world: World, script: Script, { seed, faults }: Schedule): void {
  const chance = random(seed);
  const scheduler = faults ? new Scheduler(world, chance, { users: [], more: { user: 0 } }) : undefined;
  for (const action of script) {
    wait(world);
    world.perform(action);
    for (let left = scheduler ? chance.pick([5, 20, 80]) : 0; left > 0; left--) {
      world.perform(scheduler!.next());
    }
    settle(world, chance);
  }
}

/** No two things that users make are of one second. */
function wait({ clock }: World): void {
  const until = clock.now + BETWEEN_MS;
  clock.after(BETWEEN_MS, () => {}, undefined);
  while (clock.now < until) clock.tick();
}
