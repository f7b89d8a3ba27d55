import { assertEquals } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createClient } from "../../kube/client.ts";
import { watchUnlessSilent } from "../../kube/silence.ts";
import { Transport } from "../../kube/transport.ts";
import { ManualEnv, settled } from "./manual_env.ts";
import { PODS } from "./requests.ts";
import { added, bookmark, ScriptedClient } from "./scripted_client.ts";
import { connectionTo, gate, serve } from "./server.ts";

const NEVER = new AbortController().signal;

/** All garbage, now. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

Deno.test("watchUnlessSilent() passes on lines, and ends a watch that shows none for too long", async () => {
  const [env, client] = [new ManualEnv(), new ScriptedClient()];
  const reading = Array.fromAsync(watchUnlessSilent(client, PODS, { env, silentMs: 60_000, signal: NEVER }));
  await env.advance(50_000);
  await client.current.say(added("a", "3"));
  await env.advance(50_000);
  await client.current.say(bookmark("4"));
  await env.advance(59_999);
  assertEquals(client.current.signal.aborted, false);
  await env.advance(1);
  assertEquals(client.current.signal.aborted, true);
  assertEquals((await reading).map((line) => line.type === "ERROR" ? line.reason : line.type), [
    "ADDED",
    "BOOKMARK",
    "Silent",
  ]);
});

Deno.test("watchUnlessSilent() says nothing of silence when a watch ends otherwise", async () => {
  for (const how of ["server", "caller"]) {
    const [env, client, stop] = [new ManualEnv(), new ScriptedClient(), new AbortController()];
    const reading = Array.fromAsync(
      watchUnlessSilent(client, PODS, { env, silentMs: 60_000, signal: stop.signal }),
    );
    await settled();
    if (how === "server") await client.current.end();
    else stop.abort();
    assertEquals(await reading, []);
  }
});

Deno.test("watchUnlessSilent() ends a stream that has been open for long, although garbage was collected", async () => {
  const [env, opened, closed] = [new ManualEnv(), gate(), gate()];
  await using server = serve(() => {
    opened.open();
    return new Response(new ReadableStream({ cancel: closed.open }));
  });
  const transport = new Transport(connectionTo(server.url), { env });
  const client = createClient(transport, { env });
  const reading = Array.fromAsync(watchUnlessSilent(client, PODS, { env, silentMs: 60_000, signal: NEVER }));
  await opened.opened;
  for (let round = 0; round < 5; round++) {
    await settled();
    collectGarbage();
  }
  await env.advance(60_000);
  assertEquals((await reading).length, 1);
  await closed.opened;
  transport.close();
});
