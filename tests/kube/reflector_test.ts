import { assert, assertEquals } from "@std/assert";
import type { Answer } from "../../kube/api.ts";
import { reflect } from "../../kube/reflector.ts";
import type { Obj } from "../../kube/resource.ts";
import { ManualEnv, settled } from "./manual_env.ts";
import { PODS } from "./requests.ts";
import { added, bookmark, deleted, error, listed, object, ScriptedClient } from "./scripted_client.ts";

/** Longer than any backoff. */
const SOON = 11_000;
const SILENT = 120_000;

interface SetUp {
  readonly trim?: (object: Obj) => Obj;
  readonly believes?: (items: readonly Obj[]) => boolean;
  readonly unservedMs?: number;
}

function setUp({ believes = () => true, ...more }: SetUp = {}) {
  const env = new ManualEnv();
  const client = new ScriptedClient();
  const stop = new AbortController();
  const log: string[] = [];
  /** What was said since the last time it was asked. */
  const said = () => log.splice(0);
  const reflection = reflect({
    client,
    resource: PODS,
    env,
    signal: stop.signal,
    ...more,
    sink: {
      replace: (items, version) => {
        log.push(`replace ${items.map(({ metadata }) => metadata.name).join(",")} @${version}`);
        return believes(items);
      },
      put: ({ metadata }) => log.push(`put ${metadata.name}`),
      remove: ({ metadata }) => log.push(`remove ${metadata.name}`),
      progress: (version) => log.push(`progress ${version}`),
      restored: () => log.push("restored"),
      failed: (status, reason) => log.push(`failed ${status} ${reason}`.trim()),
    },
  });
  const end = async () => {
    stop.abort();
    await reflection.done;
  };
  return { env, client, stop, said, reflection, end };
}

/** With the objects a and b, at version 10. */
async function setUpSynced(options?: Parameters<typeof setUp>[0]) {
  const world = setUp(options);
  await settled();
  await world.client.current.say(added("a", "3"), added("b", "5"), bookmark("10", true));
  assertEquals(world.said(), ["replace a,b @10"]);
  return world;
}

const expired: Answer = { outcome: "transient", status: 503, reason: "", message: "" };

Deno.test("reflect() publishes nothing before the initial events have ended", async () => {
  const { client, said, reflection, end } = setUp();
  await settled();
  assertEquals(client.current.from, undefined);
  await client.current.say(
    added("a", "3"),
    bookmark("4"),
    added("b", "5"),
    added("a", "7"),
    deleted("b", "8"),
  );
  assertEquals(said(), []);
  assertEquals(reflection.synced, false);
  await client.current.say(bookmark("10", true));
  assertEquals(said(), ["replace a @10"]);
  assertEquals(reflection.synced, true);
  await end();
});

Deno.test("reflect() passes on changes from the same stream", async () => {
  const { client, said, end } = await setUpSynced();
  await client.current.say(added("c", "11"), deleted("a", "12"), bookmark("20"));
  assertEquals(said(), ["put c", "remove a", "progress 20"]);
  assertEquals(client.watches.length, 1);
  await end();
});

for (
  const [last, version] of [[added("c", "11"), "11"], [deleted("a", "12"), "12"], [
    bookmark("20"),
    "20",
  ]] as const
) {
  Deno.test(`reflect() resumes after the last ${last.type} when a watch ends`, async () => {
    const { client, end } = await setUpSynced();
    await client.current.say(last);
    await client.current.end();
    assertEquals(client.current.from, version);
    assertEquals(client.watches.length, 2);
    await end();
  });
}

Deno.test("reflect() begins anew when a watch ends amid the initial events", async () => {
  const { env, client, said, end } = setUp();
  await settled();
  await client.current.say(added("a", "3"));
  await client.current.end();
  await env.advance(SOON);
  assertEquals(client.current.from, undefined);
  await client.current.say(added("b", "5"), bookmark("10", true));
  assertEquals(said(), ["replace b @10"]);
  await end();
});

Deno.test("reflect() gets the state anew after 410, so that what vanished meanwhile is missing", async () => {
  const { env, client, said, end } = await setUpSynced();
  await client.current.end();
  await client.current.say(error(410, "Expired"));
  await env.advance(SOON);
  assertEquals(client.current.from, undefined);
  await client.current.say(added("b", "5"), bookmark("40", true));
  assertEquals(said(), ["replace b @40"]);
  await end();
});

for (const status of [400, 422]) {
  Deno.test(`reflect() lists and follows when ${status} says that a state cannot be streamed, and does so ever after`, async () => {
    const { env, client, said, end } = setUp();
    client.answers = [listed("10", object("a", "3"))];
    await settled();
    await client.current.say(error(status, "Invalid"));
    assertEquals(said(), ["replace a @10"]);
    assertEquals(client.current.from, "10");
    await client.current.say(error(410, "Expired"));
    client.answers = [listed("20")];
    await env.advance(SOON);
    assertEquals(said(), ["replace  @20"]);
    assertEquals([client.watches.length, client.current.from], [3, "20"]);
    await end();
  });
}

Deno.test("reflect() lists when a server knows nothing of the end of initial events", async () => {
  const { env, client, said, reflection, end } = setUp();
  client.answers = [listed("10", object("a", "3"))];
  await settled();
  await client.current.say(added("a", "3"));
  await env.advance(SILENT);
  assertEquals(said(), ["replace a @10"]);
  assert(reflection.synced);
  await end();
});

Deno.test("reflect() does not doubt a watch that shows bookmarks", async () => {
  const { env, client, end } = await setUpSynced();
  for (let version = 11; version < 20; version++) {
    await env.advance(SILENT - 1);
    await client.current.say(bookmark(`${version}`));
  }
  assertEquals([client.watches.length, client.sent.length], [1, 0]);
  await end();
});

Deno.test("reflect() lists when a watch is silent, and follows from there", async () => {
  const { env, client, said, end } = await setUpSynced();
  client.answers = [listed("30", object("a", "3"))];
  await env.advance(SILENT + SOON);
  assert(client.watches[0]!.signal.aborted);
  assertEquals(said(), ["failed 0 Silent", "replace a @30"]);
  assertEquals(client.current.from, "30");
  await end();
});

Deno.test("reflect() tells of a restored server before it replaces the copy", async () => {
  const { env, client, said, end } = await setUpSynced();
  client.answers = [listed("9", object("a", "3"))];
  await env.advance(SILENT + SOON);
  assertEquals(said(), ["failed 0 Silent", "restored", "replace a @9"]);
  assertEquals(client.current.from, "9");
  await end();
});

Deno.test("reflect() lists at once when a bookmark is behind what was seen", async () => {
  const { env, client, said, end } = await setUpSynced();
  client.answers = [listed("9", object("a", "3"))];
  await client.current.say(bookmark("8"));
  await env.advance(SOON);
  assertEquals(said(), ["restored", "replace a @9"]);
  await end();
});

Deno.test("reflect() compares versions by length before text", async () => {
  const { env, client, said, end } = await setUpSynced();
  client.answers = [listed("100")];
  await client.current.say(bookmark("99"));
  await env.advance(SILENT + SOON);
  assertEquals(said(), ["progress 99", "failed 0 Silent", "replace  @100"]);
  await end();
});

Deno.test("reflect() goes on listing until one succeeds, and keeps the copy meanwhile", async () => {
  const { env, client, said, end } = await setUpSynced();
  client.answers = [expired, expired, listed("30")];
  await env.advance(SILENT + 3 * SOON);
  assertEquals(said(), ["failed 0 Silent", "failed 503", "failed 503", "replace  @30"]);
  await end();
});

Deno.test("reflect() waits for a kind that is not served, and notices when it is", async () => {
  const { env, client, said, reflection, end } = setUp();
  for (let attempt = 0; attempt < 3; attempt++) {
    await env.advance(SOON);
    await client.current.say(error(404, "NotFound"));
  }
  assertEquals(said(), ["failed 404 NotFound", "failed 404 NotFound", "failed 404 NotFound"]);
  assertEquals(reflection.synced, false);
  await env.advance(SOON);
  await client.current.say(bookmark("10", true));
  assertEquals(said(), ["replace  @10"]);
  await end();
});

Deno.test("reflect() gets the state anew when a kind has been away", async () => {
  const { env, client, end } = await setUpSynced();
  await client.current.end();
  await client.current.say(error(404, "NotFound"));
  await env.advance(SOON);
  assertEquals(client.current.from, undefined);
  await end();
});

for (
  const [status, reason] of [[0, "Unreadable"], [401, ""], [403, ""], [429, ""], [500, ""], [
    503,
    "",
  ]] as const
) {
  Deno.test(`reflect() resumes where it was after ${status} ${reason}`, async () => {
    const { env, client, said, end } = await setUpSynced();
    await client.current.say(error(status, reason));
    await env.advance(SOON);
    assertEquals(said(), [`failed ${status} ${reason}`.trim()]);
    assertEquals([client.watches.length, client.current.from], [2, "10"]);
    await end();
  });
}

Deno.test("reflect() asks less and less often while nothing works, and anew after a success", async () => {
  const { env, client, end } = await setUpSynced();
  const attemptsIn = async (ms: number) => {
    const before = client.watches.length;
    await env.advance(ms);
    return client.watches.length - before;
  };
  client.always = [error(503)];
  await client.current.say(error(503));
  assertEquals([await attemptsIn(5_000), await attemptsIn(60_000), await attemptsIn(60_000)], [5, 26, 27]);
  client.always = undefined;
  await env.advance(SOON);
  await client.current.say(bookmark("11"));
  client.always = [error(503)];
  await client.current.say(error(503));
  assertEquals(await attemptsIn(5_000), 5);
  await end();
});

Deno.test("reflect() does not spin when a server ends every watch at once, whatever it repeats", async () => {
  for (const always of [[], [bookmark("10")], [added("a", "8"), added("b", "9")]]) {
    const { env, client, end } = await setUpSynced();
    client.always = always;
    await client.current.end();
    await env.advance(60_000);
    assert(client.watches.length < 40);
    await end();
  }
});

Deno.test("reflect() trims each object, of streams and of lists", async () => {
  const trim = (object: Obj): Obj => ({
    ...object,
    metadata: { ...object.metadata, name: `${object.metadata.name}'` },
  });
  const { env, client, said, end } = setUp({ trim });
  client.answers = [listed("30", object("c", "3"))];
  await settled();
  await client.current.say(added("a", "3"), bookmark("10", true), added("b", "11"), deleted("b", "12"));
  await env.advance(SILENT + SOON);
  assertEquals(said(), ["replace a' @10", "put b'", "remove b'", "failed 0 Silent", "replace c' @30"]);
  await end();
});

Deno.test("reflect() lets others run while it trims a long list", async () => {
  const { env, client, said, end } = setUp({ trim: (object) => object });
  client.answers = [listed("10", ...Array.from({ length: 5000 }, (_, n) => object(`p${n}`, "3")))];
  await settled();
  await client.current.say(error(422));
  assertEquals(said(), []);
  await env.advance(0);
  assertEquals(said()[0]?.slice(0, 14), "replace p0,p1,");
  await end();
});

Deno.test("reflect() says when it last heard of the server: lines count, failures do not", async () => {
  const { env, client, reflection, end } = await setUpSynced();
  await env.advance(5_000);
  await client.current.say(bookmark("11"));
  assertEquals(reflection.heardAt, 5_000);
  await client.current.say(error(503));
  await env.advance(5_000);
  assertEquals(reflection.heardAt, 5_000);
  await end();
});

Deno.test("reflect() ends when it is told to, wherever it is", async () => {
  for (
    const prepare of [
      () => Promise.resolve(),
      (client: ScriptedClient) => client.current.say(added("a", "1")),
      (client: ScriptedClient) => client.current.say(error(503)),
    ]
  ) {
    const { client, end, said } = setUp();
    await settled();
    await prepare(client);
    said();
    await end();
    assertEquals(said(), []);
  }
});

Deno.test("reflect() lists once more what is not believed, and goes on from the list that is", async () => {
  let beliefs = 0;
  const { env, client, said, reflection, end } = setUp({ believes: () => ++beliefs > 1 });
  client.answers.push(listed("12", object("a", "3")));
  await settled();
  await client.current.say(bookmark("10", true));
  assertEquals([said(), reflection.synced], [["replace  @10"], false]);
  await env.advance(SOON);
  assertEquals([said(), reflection.synced, client.current.from], [["replace a @12"], true, "12"]);
  await end();
});

Deno.test("reflect() asks rarely for a kind that need not be served", async () => {
  const { env, client, said, end } = setUp({ unservedMs: 30_000 });
  await settled();
  await client.current.say(error(404, "NotFound"));
  await env.advance(29_000);
  assertEquals([said(), client.watches.length], [["failed 404 NotFound"], 1]);
  await env.advance(2_000);
  assertEquals(client.watches.length, 2);
  await end();
});
