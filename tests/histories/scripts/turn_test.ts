/**
 * L9: who waits for an address of a full Subnet is served by age: where nothing fails and one replica leads, nobody is passed by a
 * younger one, also over restarts.
 */
import { assert } from "@std/assert";
import { Pod } from "../../../crds/foreign.ts";
import { IP } from "../../../crds/ip.ts";
import { random } from "../../conformance/random.ts";
import { Judge } from "../invariants/mod.ts";
import { settle } from "../peace.ts";
import { gone, namespaces, pod, pool } from "../setup.ts";
import { QUIET, stage } from "./script.ts";

const HISTORIES = 60;

/** Pods without addresses, by name: when each was created. */
function waitingIn({ cluster }: ReturnType<typeof stage>): ReadonlyMap<string, string> {
  const waiting = [...cluster.all(Pod)].filter(({ metadata }) => !cluster.get(IP, `${metadata.name}.red`));
  return new Map(waiting.map((each) => [each.metadata.name, each.metadata.creationTimestamp ?? ""]));
}

Deno.test(`nobody who waits for an address is passed by a younger one, in ${HISTORIES} histories with restarts (L9)`, () => {
  let served = 0;
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const chance = random(seed), world = stage({ ...QUIET, seed }), judge = new Judge(world);
    const pass = () => {
      const until = world.clock.now + chance.pick([1000, 3000]);
      world.clock.after(until - world.clock.now, () => {}, undefined);
      while (world.clock.now < until) world.clock.tick();
    };
    for (const action of namespaces(["red"])) world.perform(action);
    for (const action of pool({ cidrBlock: "10.0.1.0/29", excludeIps: ["10.0.1.4..10.0.1.6"] })) {
      world.perform(action);
    }
    settle(world, chance);
    // Neither by name nor by the order of their names is anybody older.
    const names = Array.from({ length: 8 }, (_, i) => `p${(i * 5 + seed) % 8}`);
    for (const name of names) {
      pass();
      world.perform(pod(name));
      if (chance.next() < 0.5) settle(world, chance);
    }
    settle(world, chance);
    for (let turn = 0; turn < 8; turn++) {
      if (chance.next() < 0.3) world.perform({ do: "crash", at: 0, keep: 0 });
      if (chance.next() < 0.5) settle(world, chance);
      const before = waitingIn(world), has = [...world.cluster.all(IP)].map(({ spec }) => spec.podName ?? "");
      const leaving = [chance.pick(has), chance.pick(has)].slice(0, chance.pick([1, 2]));
      for (const name of new Set(leaving)) world.perform(gone(name));
      settle(world, chance);
      const left = waitingIn(world);
      const came = [...before].filter(([name]) => !left.has(name)),
        stayed = [...before].filter(([name]) => left.has(name));
      served += came.length;
      for (const [name, born] of came) {
        const passed = stayed.filter(([, other]) => other < born).map(([each]) => each);
        assert(passed.length === 0, `seed ${seed}: ${name} passed ${passed}`);
      }
    }
    judge.rest();
  }
  assert(served > HISTORIES, `${served} were served`);
});
