import { assert, assertEquals } from "@std/assert";
import {
  afterRead,
  afterWrite,
  DURATION_MS,
  expire,
  leadLeftMs,
  type Lease,
  LOOK_MS,
  newCandidate,
  nextStep,
  RENEW_MS,
  stale,
  takeableInMs,
} from "../../kube/lease_step.ts";

const lease = (more: Partial<Lease> = {}): Lease => ({
  resourceVersion: "1",
  holder: "other",
  durationMs: 15_000,
  transitions: 0,
  ...more,
});
const me = newCandidate("me");

Deno.test("a candidate reads first, and creates a lease that is not there", () => {
  assertEquals(nextStep(me, 0), "read");
  assertEquals(nextStep(afterRead(me, null, 0), 0), "create");
});

Deno.test("a candidate waits while another one holds the lease, and reads again", () => {
  const waiting = afterRead(me, lease(), 0);
  assertEquals(nextStep(waiting, DURATION_MS - 1), "wait");
  assertEquals(nextStep(stale(waiting), DURATION_MS - 1), "read");
});

Deno.test("a candidate takes a lease that did not change for its whole duration, by its own clock", () => {
  let waiting = afterRead(me, lease(), 0);
  waiting = afterRead(stale(waiting), lease(), 10_000);
  assertEquals(nextStep(waiting, DURATION_MS), "take");
  const renewed = afterRead(stale(waiting), lease({ resourceVersion: "2" }), 10_000);
  assertEquals(nextStep(renewed, DURATION_MS), "wait");
  assertEquals(nextStep(renewed, 10_000 + DURATION_MS), "take");
});

Deno.test("a lease that was seen to change is as old as the look before, unless that is long ago", () => {
  const before = afterRead(me, lease(), 10_000);
  const changed = (now: number) => afterRead(stale(before), lease({ resourceVersion: "2" }), now);
  assertEquals(nextStep(changed(12_000), 10_000 + DURATION_MS), "take");
  const longAgo = changed(30_000), age = 30_000 - LOOK_MS;
  assertEquals(nextStep(longAgo, age + DURATION_MS - 1), "wait");
  assertEquals(nextStep(longAgo, age + DURATION_MS), "take");
  // Whoever renewed it just before the look leads for no longer than this.
  assert(30_000 + RENEW_MS < age + DURATION_MS);
});

Deno.test("a candidate knows when it may take what another one holds", () => {
  assertEquals(takeableInMs(afterRead(me, lease(), 1_000), 4_000), DURATION_MS - 3_000);
  assertEquals(takeableInMs(afterRead(me, lease({ durationMs: 60_000 }), 0), 0), 60_000);
  for (const free of [me, afterRead(me, null, 0), afterRead(me, lease({ holder: "me" }), 0)]) {
    assertEquals(takeableInMs(free, 0), Infinity);
  }
});

Deno.test("a candidate respects a longer duration that the holder has chosen, and no shorter one", () => {
  assertEquals(nextStep(afterRead(me, lease({ durationMs: 60_000 }), 0), 59_999), "wait");
  assertEquals(nextStep(afterRead(me, lease({ durationMs: 1_000 }), 0), 14_999), "wait");
});

Deno.test("a candidate takes at once what nobody holds, and renews what it holds itself", () => {
  assertEquals(nextStep(afterRead(me, lease({ holder: "" }), 0), 0), "take");
  assertEquals(nextStep(afterRead(me, lease({ holder: "me" }), 0), 0), "renew");
});

Deno.test("the lead lasts from the sending of a write, and ends without renewal", () => {
  const leader = afterWrite(me, lease({ holder: "me" }), 1_000);
  assertEquals(leadLeftMs(me, 0), 0);
  assertEquals(leadLeftMs(leader, 1_000 + RENEW_MS - 1), 1);
  assertEquals(leadLeftMs(expire(leader, 1_000 + RENEW_MS - 1), 1_000), RENEW_MS);
  assertEquals(leadLeftMs(expire(leader, 1_000 + RENEW_MS), 1_000), 0);
});

Deno.test("a leader that meets another holder leads no more, one whose lease is gone leads on", () => {
  const leader = afterWrite(me, lease({ holder: "me" }), 0);
  assertEquals(leadLeftMs(afterRead(leader, lease({ resourceVersion: "2" }), 1), 1), 0);
  assertEquals(leadLeftMs(afterRead(leader, null, 1), 1), RENEW_MS - 1);
  assertEquals(nextStep(afterRead(leader, null, 1), 1), "create");
});

Deno.test("a leader whose write failed reads before it writes again", () => {
  const leader = stale(afterWrite(me, lease({ holder: "me" }), 0));
  assertEquals(nextStep(leader, 2_000), "read");
  assertEquals(
    nextStep(afterRead(leader, lease({ holder: "me", resourceVersion: "5" }), 2_000), 2_000),
    "renew",
  );
});
