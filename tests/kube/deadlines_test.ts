import { assert, assertEquals } from "@std/assert";
import { Deadlines } from "../../kube/deadlines.ts";
import { ManualEnv, settled } from "./manual_env.ts";

function setUp() {
  const env = new ManualEnv();
  const closing = new AbortController();
  return { env, closing, deadlines: new Deadlines(env, closing.signal) };
}

Deno.test("Deadlines aborts what takes too long, within a second, and nothing else", async () => {
  const { env, deadlines } = setUp();
  const [early, late, finished] = [new AbortController(), new AbortController(), new AbortController()];
  deadlines.start(early, 5_000);
  deadlines.start(late, 20_000);
  deadlines.start(finished, 5_000);
  deadlines.finish(finished);
  await env.advance(4_000);
  assertEquals(early.signal.aborted, false);
  await env.advance(2_000);
  assertEquals([early, late, finished].map(({ signal }) => signal.aborted), [true, false, false]);
  assertEquals(early.signal.reason.message, "no answer in time");
});

Deno.test("Deadlines looks again after a time without anything to look at", async () => {
  const { env, deadlines } = setUp();
  const [first, second] = [new AbortController(), new AbortController()];
  deadlines.start(first, 5_000);
  deadlines.finish(first);
  await env.advance(10_000);
  deadlines.start(second, 5_000);
  await env.advance(6_000);
  assert(second.signal.aborted);
});

Deno.test("Deadlines aborts everything when it is closed", async () => {
  const { closing, deadlines } = setUp();
  const running = new AbortController();
  deadlines.start(running, 60_000);
  closing.abort();
  await settled();
  assertEquals(running.signal.reason.message, "the connection was closed");
});
