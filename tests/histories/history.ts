/** One history: chaos for a while, then peace, then the questions that only make sense at rest. */
import { type Random, random } from "../conformance/random.ts";
import type { Action } from "./action.ts";
import { Violation } from "./invariants/invariant.ts";
import { Judge } from "./invariants/mod.ts";
import { leftovers } from "./invariants/rest.ts";
import { settle } from "./peace.ts";
import type { Composition } from "./replica.ts";
import { isWrite, named } from "./request.ts";
import { Scheduler } from "./scheduler.ts";
import type { Setup } from "./setup.ts";
import { anything, directed, operatorIn, setupNamed } from "./setups.ts";
import type { Tally } from "./tally.ts";
import { cleanUp, unforge } from "./users/farewell.ts";
import { type Setting, World } from "./world.ts";

export interface Result {
  readonly setting: Setting;
  /** What happened until peace came: all it takes to repeat it. */
  readonly actions: readonly Action[];
  readonly violation: Violation | undefined;
  readonly tally: Tally;
  /** Commits of all kinds. */
  readonly commits: number;
}

export interface Options {
  readonly trace?: ((line: string) => void) | undefined;
  readonly composition?: Composition | undefined;
}

/** What happens next in the chaos; undefined when it is over. */
export type Chaos = (world: World) => Iterator<Action>;

/** A history that a seed draws; `begin`: in this set-up. */
export function draw(seed: number, options: Options & { readonly begin?: string | undefined } = {}): Result {
  const chance = random(seed), two = chance.next() < 0.75;
  const anywhere = chance.next() < 0.5 ? anything : chance.pick(directed);
  const setup = options.begin === undefined ? anywhere : setupNamed(options.begin);
  const setting: Setting = {
    seed,
    setup: setup.name,
    replicas: two ? 2 : 1,
    leaders: two && chance.next() < 2 / 3 ? 2 : 1,
  };
  return run(setting, (world) => drawn(world, setup, chance), options);
}

/** The same history again, or a part of it. */
export function replay(setting: Setting, actions: readonly Action[], options: Options = {}): Result {
  return run(setting, () => actions.values(), options);
}

function* drawn(world: World, setup: Setup, chance: Random): Iterator<Action> {
  yield* setup.begin(world, chance);
  const scheduler = new Scheduler(world, chance, setup.emphasis(chance)),
    steps = chance.pick([150, 300, 300, 600]);
  for (let i = 0; i < steps; i++) yield scheduler.next();
}

/** A history whose chaos somebody else makes up. */
export function run(
  setting: Setting,
  chaos: Chaos,
  { trace, composition = operatorIn(setting.setup) }: Options = {},
): Result {
  const world = new World({ setting, composition, trace }), judge = new Judge(world);
  const actions: Action[] = [];
  let violation: Violation | undefined;
  try {
    const next = chaos(world);
    for (let step = next.next(); !step.done; step = next.next()) {
      actions.push(step.value);
      world.perform(step.value);
    }
    atPeace(world, judge, trace);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error;
  }
  return { setting, actions, violation, tally: world.tally, commits: world.cluster.version };
}

function atPeace(world: World, judge: Judge, trace: ((line: string) => void) | undefined): void {
  const chance = random(world.setting.seed + 1);
  trace?.("--- peace");
  if (world.replicas.every((replica) => !replica.leads)) world.replicas[0]!.lead(true);
  settle(world, chance);
  for (
    let wrong = [...unforge(world.cluster, judge.facts)];
    wrong.length > 0;
    wrong = [...unforge(world.cluster, judge.facts)]
  ) {
    for (const request of wrong) world.perform({ do: "user", name: "clean up", request });
    settle(world, chance);
  }
  judge.rest();

  trace?.("--- everything is looked at again");
  silently(world, "L6", () => {
    for (const replica of world.replicas) replica.engine.resync();
    settle(world, chance);
  });
  trace?.("--- everybody starts anew");
  silently(world, "L11", () => {
    for (const replica of world.replicas) replica.restart();
    settle(world, chance);
  });
  judge.rest();

  trace?.("--- users delete everything");
  for (const request of cleanUp(world.cluster)) world.perform({ do: "user", name: "clean up", request });
  settle(world, chance);
  const left = leftovers(judge.facts);
  if (left) throw new Violation("L13", left);
}

/** Nothing may be written: all has been done. */
function silently(world: World, id: string, act: () => void): void {
  const { onRequest } = world;
  world.onRequest = (request, by) => {
    onRequest(request, by);
    if (isWrite(request) && typeof by === "number") {
      throw new Violation(id, `replica-${by}: ${named(request)}`);
    }
  };
  act();
  world.onRequest = onRequest;
}
