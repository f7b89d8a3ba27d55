import { assertEquals } from "@std/assert";
import { Pump } from "../../runtime/pump.ts";

/** A clock that each piece of work moves by a millisecond, and turns that are taken by hand. */
function setting() {
  const turns: (() => void)[] = [], done: string[] = [];
  let now = 0;
  const env = { now: () => now, defer: (turn: () => void) => void turns.push(turn) };
  const work = (name: string, times: number) => () => {
    if (times-- <= 0) return false;
    now++;
    done.push(name);
    return true;
  };
  return { env, turns, done, work };
}

Deno.test("Pump stops after ten milliseconds and goes on in its next turn", () => {
  const { env, turns, done, work } = setting();
  const pump = new Pump(env, [work("a", 25)]);
  pump.wake();
  turns.shift()!();
  assertEquals(done.length, 10);
  turns.shift()!();
  turns.shift()!();
  assertEquals([done.length, turns.length], [25, 0]);
});

Deno.test("Pump asks the first that has something to do", () => {
  const { env, turns, done, work } = setting();
  const pump = new Pump(env, [work("news", 2), work("decision", 1)]);
  pump.wake();
  turns.shift()!();
  assertEquals(done, ["news", "news", "decision"]);
});

Deno.test("Pump takes one turn however often it is woken, and can be woken from within", () => {
  const { env, turns } = setting();
  let wakes = 0;
  const pump: Pump = new Pump(env, [() => {
    if (wakes++ === 0) pump.wake();
    return false;
  }]);
  pump.wake();
  pump.wake();
  assertEquals(turns.length, 1);
  turns.shift()!();
  assertEquals(turns.length, 1);
  turns.shift()!();
  assertEquals([wakes, turns.length], [2, 0]);
});
