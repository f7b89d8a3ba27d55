/** L12: the order in which things happen to arrive decides nothing, as long as users do not race with each other. */
import { assertEquals } from "@std/assert";
import { endOf } from "./end.ts";
import { draw, perform, QUIET, type Schedule } from "./script.ts";

const SCRIPTS = 30;
const LENGTH = 14;
const SCHEDULES: readonly Schedule[] = [
  { seed: 2, replicas: 1, faults: true },
  { seed: 3, replicas: 2, faults: true },
  { seed: 4, replicas: 2, faults: true },
];

Deno.test(`${SCRIPTS} scripts end alike under every schedule, up to the addresses that were drawn (L12)`, () => {
  for (let seed = 1; seed <= SCRIPTS; seed++) {
    const script = draw(seed, LENGTH), end = endOf(perform(script, QUIET), script);
    for (const schedule of SCHEDULES) {
      const where = `script ${seed}, schedule ${schedule.seed}`;
      const other = { ...schedule, seed: schedule.seed * 1000 + seed };
      assertEquals(endOf(perform(script, other), script), end, where);
    }
  }
});
