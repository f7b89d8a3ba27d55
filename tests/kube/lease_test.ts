import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Answer, Client, Json, Request } from "../../kube/api.ts";
import { elect } from "../../kube/lease.ts";
import { DURATION_MS, RENEW_MS, RETRY_MS } from "../../kube/lease_step.ts";
import { ManualEnv, settled } from "./manual_env.ts";

const failure = (outcome: Answer["outcome"], status: number): Answer => ({
  outcome,
  status,
  reason: "",
  message: "",
});

/** An API server that knows one Lease. */
class LeaseServer {
  lease: Json;
  version = 0;

  write(spec: Json): void {
    this.lease = { ...this.lease, spec: { ...this.lease?.spec, ...spec } };
    this.lease.metadata = { name: "l", namespace: "ns", uid: "u", resourceVersion: `${++this.version}` };
  }

  answer(request: Request): Answer {
    const ok = () => ({ ...failure("ok", 200), object: this.lease });
    switch (request.verb) {
      case "create":
        if (this.lease) return failure("conflict", 409);
        this.write(request.body.spec);
        return ok();
      case "merge": {
        if (!this.lease) return failure("gone", 404);
        const { metadata, spec } = request.body;
        if (metadata.resourceVersion !== this.lease.metadata.resourceVersion) return failure("conflict", 409);
        this.write(spec);
        return ok();
      }
      case "get":
        return this.lease ? ok() : failure("gone", 404);
      default:
        throw new Error(`a lease needs no ${request.verb}`);
    }
  }
}

type Mood = "well" | "down" | "hanging" | "deaf";

function setUp() {
  const env = new ManualEnv();
  const server = new LeaseServer();
  const log: string[] = [];

  /** A replica of its own, with its own line to the server. */
  function replica(identity: string) {
    let mood: Mood = "well";
    const client: Pick<Client, "send"> = {
      async send(request, signal) {
        if (mood === "down") return failure("transient", 503);
        if (mood === "hanging") {
          await new Promise((resolve) => signal!.addEventListener("abort", resolve));
          return failure("unknown", 0);
        }
        const answer = server.answer(request);
        return mood === "deaf" && request.verb !== "get" ? failure("unknown", 0) : answer;
      },
    };
    const stop = new AbortController();
    const election = elect({
      client: client as Client,
      env,
      wallClock: () => Date.UTC(2026, 0, 1) + env.now(),
      namespace: "ns",
      name: "l",
      identity,
      manager: "m",
      started: () => log.push(`${identity} started`),
      stopped: () => {
        log.push(`${identity} stopped`);
      },
      failed: ({ status }) => log.push(`${identity} failed ${status}`),
      signal: stop.signal,
    });
    const end = async () => {
      stop.abort();
      await env.advance(10_000);
      await election.done;
    };
    return { election, end, is: (next: Mood) => mood = next };
  }
  return { env, server, log, replica };
}

Deno.test("elect() creates the lease, leads, renews, and gives it back", async () => {
  const { env, server, log, replica } = setUp();
  const a = replica("a");
  await settled();
  assertEquals(log, ["a started"]);
  assertEquals([a.election.isLeading(), a.election.holder()], [true, "a"]);
  const { holderIdentity, leaseDurationSeconds, leaseTransitions, renewTime, acquireTime } =
    server.lease.spec;
  assertEquals([holderIdentity, leaseDurationSeconds, leaseTransitions], ["a", 15, 0]);
  assertMatch(renewTime, /^2026-01-01T00:00:00\.\d{6}Z$/);
  await env.advance(60_000);
  assertEquals(log, ["a started"]);
  assert(server.lease.spec.renewTime > renewTime);
  assertEquals(server.lease.spec.acquireTime, acquireTime);
  await a.end();
  assertEquals(log, ["a started", "a stopped"]);
  assertEquals(server.lease.spec.holderIdentity, "");
  assertEquals(a.election.isLeading(), false);
});

Deno.test("elect() hands over at the next look after a clean stop", async () => {
  const { env, log, server, replica } = setUp();
  const a = replica("a");
  await settled();
  const b = replica("b");
  await env.advance(30_000);
  assertEquals(log, ["a started"]);
  const ending = a.end();
  await env.advance(RETRY_MS * 1.2);
  assertEquals(log, ["a started", "a stopped", "b started"]);
  assertEquals(server.lease.spec.leaseTransitions, 1);
  await ending;
  await b.end();
});

Deno.test("elect() hands over within the duration of the lease when a leader vanishes; never are there two by the clock", async () => {
  const { env, log, replica } = setUp();
  const a = replica("a");
  await settled();
  const b = replica("b");
  await env.advance(20_000);
  a.is("hanging");
  for (let ms = 0; ms < DURATION_MS; ms += 100) {
    await env.advance(100);
    assert(!(a.election.isLeading() && b.election.isLeading()));
  }
  assertEquals(log.filter((line) => !line.includes("failed")), ["a started", "a stopped", "b started"]);
  await Promise.all([a.end(), b.end()]);
});

for (const mood of ["down", "hanging"] as const) {
  Deno.test(`elect() steps down in time when the server is ${mood}, and leads again when it is not`, async () => {
    const { env, log, replica } = setUp();
    const a = replica("a");
    await settled();
    a.is(mood);
    await env.advance(RENEW_MS - 1);
    assertEquals(a.election.isLeading(), true);
    await env.advance(1);
    assertEquals(a.election.isLeading(), false);
    await env.advance(RETRY_MS * 1.2);
    assertEquals(log.filter((line) => !line.includes("failed")), ["a started", "a stopped"]);
    a.is("well");
    await env.advance(10_000);
    assertEquals(log.filter((line) => !line.includes("failed")), ["a started", "a stopped", "a started"]);
    await a.end();
  });
}

Deno.test("elect() knows by the clock alone that a stopped process leads no more", async () => {
  const { env, log, replica } = setUp();
  const a = replica("a");
  await settled();
  const b = replica("b");
  await env.advance(20_000);
  env.freeze(RENEW_MS);
  assertEquals(a.election.isLeading(), false);
  await env.advance(5_000);
  assertEquals(log, ["a started"]);
  assertEquals(a.election.isLeading(), true);
  await Promise.all([a.end(), b.end()]);
});

Deno.test("elect() leads on when its writes arrive but their answers do not", async () => {
  const { env, log, server, replica } = setUp();
  const a = replica("a");
  await settled();
  a.is("deaf");
  await env.advance(RETRY_MS * 1.5);
  a.is("well");
  await env.advance(30_000);
  assertEquals(log, ["a started", "a failed 0"]);
  assertEquals(server.lease.spec.holderIdentity, "a");
  await a.end();
});

Deno.test("elect() creates the lease anew when somebody deletes it", async () => {
  const { env, log, server, replica } = setUp();
  const a = replica("a");
  await settled();
  server.lease = undefined;
  await env.advance(3 * RETRY_MS);
  assertEquals(server.lease.spec.holderIdentity, "a");
  assertEquals(log, ["a started"]);
  await a.end();
});

Deno.test("elect() gives way to a thief, and takes the lease back when nobody renews it", async () => {
  const { env, log, server, replica } = setUp();
  const a = replica("a");
  await settled();
  server.write({ holderIdentity: "thief" });
  await env.advance(3 * RETRY_MS);
  assertEquals(log, ["a started", "a stopped"]);
  assertEquals(a.election.holder(), "thief");
  await env.advance(DURATION_MS + RETRY_MS);
  assertEquals(log, ["a started", "a stopped", "a started"]);
  assertEquals(server.lease.spec.leaseTransitions, 1);
  await a.end();
});

Deno.test("elect() leaves a lease alone that changed hands before it could be given back", async () => {
  const { server, replica } = setUp();
  const a = replica("a");
  await settled();
  server.write({ holderIdentity: "thief" });
  await a.end();
  assertEquals(server.lease.spec.holderIdentity, "thief");
});

Deno.test("elect() gives back a lease whose last renewal got lost", async () => {
  const { env, server, replica } = setUp();
  const a = replica("a");
  await settled();
  a.is("deaf");
  await env.advance(RETRY_MS * 1.2);
  a.is("well");
  await a.end();
  assertEquals(server.lease.spec.holderIdentity, "");
});

Deno.test("elect() lets exactly one of many lead, at any moment, through any stops", async () => {
  const { env, replica, log } = setUp();
  const replicas = ["a", "b", "c", "d"].map(replica);
  for (const [index, leaving] of replicas.entries()) {
    await env.advance(20_000);
    assertEquals(replicas.filter(({ election }) => election.isLeading()).length, 1);
    if (index < 3) await leaving.end();
  }
  await replicas[3]!.end();
  assertEquals(log.filter((line) => line.endsWith("failed")), []);
});

Deno.test("elect() awaits what stopped() does before it gives the lease back", async () => {
  const { env, server } = setUp();
  const stop = new AbortController();
  const { promise: drained, resolve: drain } = Promise.withResolvers<void>();
  const election = elect({
    client: { send: (request: Request) => Promise.resolve(server.answer(request)) } as Client,
    env,
    wallClock: () => 0,
    namespace: "ns",
    name: "l",
    identity: "a",
    manager: "m",
    started: () => {},
    stopped: () => drained,
    failed: () => {},
    signal: stop.signal,
  });
  await settled();
  stop.abort();
  await settled();
  assertEquals(server.lease.spec.holderIdentity, "a");
  drain();
  await election.done;
  assertEquals(server.lease.spec.holderIdentity, "");
});
