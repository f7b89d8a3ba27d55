/** L15, with the operator as it runs: elector, watches, pump and drive are the real ones, and the clock is the simulation's. */
import { assert, assertEquals } from "@std/assert";
import { Pod } from "../../../crds/foreign.ts";
import { type Random, random } from "../../conformance/random.ts";
import { seeded } from "../seeded.ts";
import { gone, namespaces, pod, pool, user } from "../setup.ts";
import { remove } from "../users/user.ts";
import { Site } from "./site.ts";

const HISTORIES = 6;
const FAULTS = 12;
const SECOND = 1_000;

const PODS = Array.from({ length: 8 }, (_, i) => `p${i}`);

/** Somebody creates a pod, or deletes one. */
function act({ world }: Site, chance: Random): void {
  const name = chance.pick(PODS), key = `red/${name}`, isThere = world.cluster.get(Pod, key) !== undefined;
  const end = () => chance.pick([gone(name), user("delete pod", remove(Pod, key))]);
  world.perform(isThere ? end() : pod(name));
}

async function live(site: Site, chance: Random, ms: number): Promise<void> {
  for (const until = site.world.clock.now + ms; site.world.clock.now < until;) {
    act(site, chance);
    await site.pass(chance.pick([1, 3, 5]) * SECOND);
  }
}

/** @returns for how long each pod waited for its addresses */
async function history(seed: number): Promise<readonly number[]> {
  const chance = random(seed), site = new Site(seed, chance.pick([2, 2, 3]));
  for (const action of [...namespaces(["red"]), ...pool({ cidrBlock: "10.0.1.0/26" })]) {
    site.world.perform(action);
  }
  await site.pass(30 * SECOND);
  for (let n = 0; n < FAULTS; n++) {
    const { leader, well } = site, one = chance.next() < 0.7 && leader ? leader : chance.pick(well);
    const befall = chance.pick(["crash", "stop", "freeze", "cutOff"] as const);
    if (one) site[befall](one, chance.pick([1, 5, 9, 12, 20, 40]) * SECOND);
    await live(site, chance, chance.pick([2, 20, 30]) * SECOND);
  }
  await site.pass(90 * SECOND);
  site.judge.rest();
  for (const replica of site.well) site.stop(replica, 60 * SECOND);
  await site.pass(10 * SECOND);
  return site.handOver.waits;
}

Deno.test(`whatever becomes of the leader, the next one serves within the duration of the lease, in ${HISTORIES} histories (L15)`, async () => {
  const waits: number[] = [];
  for (let seed = 1; seed <= HISTORIES; seed++) waits.push(...await seeded(seed, history));
  const long = waits.filter((ms) => ms > 3 * SECOND).length;
  assert(long > HISTORIES, `${long} of ${waits.length} pods waited for a leader`);
});

Deno.test("a seed draws the same hand-overs twice", async () => {
  assertEquals(await history(7), await history(7));
});
