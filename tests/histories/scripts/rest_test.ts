/**
 * S14: what pods had that were deleted by force rests for a minute, by a clock that nobody can set, and is drawn before that only
 * where nothing else is left.
 */
import { assert } from "@std/assert";
import { Pod } from "../../../crds/foreign.ts";
import { IPPool } from "../../../crds/ip_pool.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { type Random, random } from "../../conformance/random.ts";
import type { Action } from "../action.ts";
import { Judge } from "../invariants/mod.ts";
import { calm, settle } from "../peace.ts";
import { Scheduler } from "../scheduler.ts";
import { seeded } from "../seeded.ts";
import { gone, namespaces, pod, pool, user } from "../setup.ts";
import { create, merge, remove } from "../users/user.ts";
import type { World } from "../world.ts";
import { Resting } from "./resting.ts";
import { type Schedule, stage } from "./script.ts";

const HISTORIES = 10;
const ACTS = 40;
const HOUR_MS = 3_600_000;
const SCHEDULES = [[1, false], [1, true], [2, true]] as const;

/** Six addresses for those who name no pool, and two in one. */
const SPEC = { cidrBlock: "10.0.1.0/28,fd00:1::/124", excludeIps: ["10.0.1.10..10.0.1.14"] };
const ASIDE = ["10.0.1.8..10.0.1.9", "fd00:1::8..fd00:1::9"];

const PODS = Array.from({ length: 6 }, (_, i) => `p${i}`);

/** What a user does next, and how likely; undefined where there is nothing to do. */
function act({ cluster }: World, chance: Random): Action | undefined {
  const name = chance.pick(PODS), its = cluster.get(Pod, `red/${name}`);
  const subnet = cluster.get(Subnet, "sn1")!, gold = cluster.get(IPPool, "gold");
  if (!its) {
    return pod(name, chance.pick([{}, {}, {}, { ip_pool: "gold" }, { ip_address: "10.0.1.4" }]));
  }
  switch (chance.weighed({ kill: 6, remove: 1, finish: 1, exclude: 0.5, pool: 0.5 })) {
    case "kill":
      return gone(name);
    case "remove":
      return user("delete pod", remove(Pod, keyOf(its)));
    case "finish": {
      const body = { status: { phase: "Succeeded" } };
      return user("finish pod", { ...merge(Pod, keyOf(its), body), subresource: "status" } as never);
    }
    case "exclude": {
      const excludeIps = [...SPEC.excludeIps, ...subnet.spec.excludeIps!.length > 1 ? [] : ["10.0.1.7"]];
      return user("edit subnet", merge(Subnet, "sn1", { spec: { excludeIps } }));
    }
    case "pool":
      return gold ? user("delete pool", remove(IPPool, "gold")) : user(
        "create pool",
        create(IPPool, { metadata: { name: "gold" }, spec: { subnet: "sn1", ips: ASIDE } }),
      );
  }
}

/** So much time passes, in which everything happens that can. */
function pass(
  world: World,
  chance: Random,
  { ms, perform }: { ms: number; perform: (action: Action) => void },
): void {
  const until = world.clock.now + ms;
  world.clock.after(ms, () => {}, undefined);
  for (;;) {
    for (const action of calm(world, chance)) perform(action);
    if (world.clock.now >= until) return;
    world.clock.tick();
  }
}

function history(schedule: Schedule): Resting {
  const world = stage(schedule), chance = random(schedule.seed), judge = new Judge(world);
  const resting = new Resting(world);
  const perform = (action: Action) => {
    resting.attend();
    world.perform(action);
  };
  for (const action of [...namespaces(["red"]), ...pool(SPEC)]) perform(action);
  settle(world, chance);
  const scheduler = new Scheduler(world, chance, { users: [], more: { user: 0, crash: 0.3, tick: 0.3 } });
  for (let n = 0; n < ACTS; n++) {
    const action = act(world, chance);
    if (action) perform(action);
    if (chance.next() < 0.2) {
      chance.pick(world.replicas).wallOff += chance.pick([-HOUR_MS, HOUR_MS]);
    }
    for (let left = schedule.faults ? chance.pick([0, 5, 20]) : 0; left > 0; left--) {
      perform(scheduler.next());
    }
    pass(world, chance, { ms: chance.pick([1_000, 1_000, 5_000, 25_000, 57_000]), perform });
  }
  settle(world, chance);
  judge.rest();
  return resting;
}

Deno.test(`what was deleted by force is drawn last of all for a minute, in ${HISTORIES} histories under each schedule (S14)`, async () => {
  let drawn = 0, forced = 0;
  for (let n = 1; n <= HISTORIES; n++) {
    for (const [at, [replicas, faults]] of SCHEDULES.entries()) {
      const resting = await seeded(n * SCHEDULES.length + at, (seed) => history({ seed, replicas, faults }));
      drawn += resting.drawn;
      forced += resting.forced;
    }
  }
  // It does happen that something rests, and also that nothing else is left.
  assert(drawn > HISTORIES && forced > 0, `${drawn} and ${forced}`);
});
