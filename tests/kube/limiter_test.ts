import { assertEquals } from "@std/assert";
import { Limiter } from "../../kube/limiter.ts";
import { ManualEnv, settled } from "./manual_env.ts";

const NEVER = new AbortController().signal;

function setUp(places: number, env = new ManualEnv()) {
  const closing = new AbortController();
  const limiter = new Limiter(env, { places, closed: closing.signal });
  const entered: string[] = [];
  const enter = async (name: string, signal?: AbortSignal) => {
    entered.push(await limiter.enter(signal) ? name : `${name} gave up`);
  };
  return { env, closing, limiter, entered, enter };
}

Deno.test("Limiter hands out its places and then those given back, in the order of asking", async () => {
  const { limiter, entered, enter } = setUp(2);
  for (const name of ["a", "b", "c", "d"]) enter(name);
  await settled();
  assertEquals(entered, ["a", "b"]);
  limiter.leave();
  await settled();
  assertEquals(entered, ["a", "b", "c"]);
  limiter.leave();
  limiter.leave();
  await settled();
  enter("e");
  await settled();
  assertEquals(entered, ["a", "b", "c", "d", "e"]);
});

Deno.test("Limiter lets nobody overtake who waits", async () => {
  const { limiter, entered, enter } = setUp(1);
  for (const name of ["a", "b"]) enter(name);
  await settled();
  limiter.leave();
  enter("c");
  await settled();
  assertEquals(entered, ["a", "b"]);
});

Deno.test("Limiter forgets who gives up, and gives their place to the next", async () => {
  const { limiter, entered, enter } = setUp(1);
  const stop = new AbortController();
  enter("a");
  enter("b", stop.signal);
  enter("c");
  stop.abort();
  await settled();
  assertEquals(entered, ["a", "b gave up"]);
  limiter.leave();
  enter("d", stop.signal);
  await settled();
  assertEquals(entered, ["a", "b gave up", "d gave up", "c"]);
});

Deno.test("Limiter holds everybody back as long as the longest hold lasts", async () => {
  const { env, limiter, entered, enter } = setUp(2);
  limiter.hold(3000);
  limiter.hold(1000);
  enter("a");
  await env.advance(2999);
  assertEquals(entered, []);
  await env.advance(1);
  assertEquals(entered, ["a"]);
});

Deno.test("Limiter ends a hold although its timer wakes too early", async () => {
  class HastyEnv extends ManualEnv {
    override sleep(ms: number, signal?: AbortSignal): Promise<void> {
      return super.sleep(Math.max(1, Math.floor(ms / 2)), signal);
    }
  }
  const { env, limiter, entered, enter } = setUp(1, new HastyEnv());
  limiter.hold(1000);
  enter("a");
  await env.advance(998);
  assertEquals(entered, []);
  await env.advance(2);
  assertEquals(entered, ["a"]);
});

Deno.test("Limiter hands out no place that is given back during a hold", async () => {
  const { env, limiter, entered, enter } = setUp(1);
  for (const name of ["a", "b"]) enter(name);
  await settled();
  limiter.hold(1000);
  limiter.leave();
  await settled();
  assertEquals(entered, ["a"]);
  await env.advance(1000);
  assertEquals(entered, ["a", "b"]);
});

Deno.test("Limiter ends a hold when it is closed", async () => {
  const { closing, limiter, entered, enter } = setUp(1);
  limiter.hold(60_000);
  enter("a");
  closing.abort();
  await settled();
  assertEquals(entered, ["a"]);
});

Deno.test("Limiter.unheld() waits out a hold, takes no place and gives up", async () => {
  const { env, limiter, entered, enter } = setUp(1);
  const stop = new AbortController();
  limiter.hold(1000);
  limiter.unheld(NEVER).then(() => entered.push("watch"));
  limiter.unheld(stop.signal).then(() => entered.push("stopped watch"));
  stop.abort();
  await settled();
  assertEquals(entered, ["stopped watch"]);
  await env.advance(1000);
  enter("a");
  await settled();
  assertEquals(entered, ["stopped watch", "watch", "a"]);
});

Deno.test("Limiter asks carefully after a hold: one place, doubling with every round that is served", async () => {
  const { env, limiter, entered, enter } = setUp(64);
  for (let i = 0; i < 200; i++) enter(`${i}`);
  await settled();
  assertEquals(entered.length, 64);
  limiter.hold(1000);
  limiter.hold(1000);
  for (let i = 0; i < 64; i++) limiter.leave();
  await env.advance(1000);
  const rounds: number[] = [];
  for (let begun = 64; rounds.length < 7; begun += rounds.at(-1)!) {
    rounds.push(entered.length - begun);
    for (let i = 0; i < rounds.at(-1)!; i++) limiter.leave();
    await settled();
  }
  // Up to half of what was too much it doubles; from there on it takes many rounds to gain a place.
  assertEquals(rounds, [1, 2, 4, 8, 16, 32, 32]);
});

Deno.test("Limiter hands out all its places again when the server goes on without refusing", async () => {
  const { env, limiter, entered, enter } = setUp(4);
  limiter.hold(1000);
  for (let i = 0; i < 300; i++) enter(`${i}`);
  await env.advance(1000);
  assertEquals(entered.length, 1);
  for (let i = 0; i < 250; i++) {
    limiter.leave();
    await settled();
  }
  assertEquals(entered.length, 254);
});
