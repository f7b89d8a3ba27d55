import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Answer, Client, Json, Request } from "../../kube/api.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Announcement } from "../../reconcile/announce.ts";
import { eventOf, EVENTS } from "../../runtime/event.ts";
import { Recorder } from "../../runtime/recorder.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { sandbox } from "../sandbox/sandbox.ts";
import { ManualEnv } from "./manual_env.ts";

function about(name: string, said: Partial<Announcement> = {}): Announcement {
  const metadata = { name, uid: `uid-${name}`, resourceVersion: "7" };
  const object = { apiVersion: Subnet.apiVersion, kind: "Subnet", metadata };
  return { kind: Subnet, object, type: "Normal", reason: "Ready", message: "all is well", ...said };
}

function setting({ send, isBusy = () => false }: { send?: Client["send"]; isBusy?: () => boolean } = {}) {
  const server = sandbox(), env = new ManualEnv(), sent: Request[] = [];
  const inner = new SandboxClient(server);
  const client: Client = {
    send: (request) => {
      sent.push(request);
      return (send ?? ((r) => inner.send(r)))(request);
    },
    watch: (...args) => inner.watch(...args),
  };
  const recorder = new Recorder({ client, env, name: "cadastre", instance: "a_1", isBusy });
  const events = (): [Json, ...Json[]] =>
    [...server.entriesOf(EVENTS).values()].map((entry) => entry.object) as [Json];
  return { env, server, client, recorder, sent, events };
}

Deno.test("Recorder posts an Event of what has no namespace into default", async () => {
  const { env, recorder, events } = setting();
  recorder.announce(about("s"));
  await env.quiet();
  const [event] = events();
  assertEquals(event.metadata.namespace, "default");
  assertEquals(event.source.component, "cadastre");
  assertEquals([event.reportingComponent, event.reportingInstance], ["cadastre", "a_1"]);
  assertEquals([event.involvedObject.kind, event.involvedObject.uid, event.count], ["Subnet", "uid-s", 1]);
});

Deno.test("Recorder counts an Event up that says the same again", async () => {
  const { env, recorder, events, sent } = setting();
  for (let i = 0; i < 3; i++) {
    recorder.announce(about("s"));
    await env.advance(5000);
  }
  const [event, ...more] = events();
  assertEquals([event.count, more.length], [3, 0]);
  assertEquals([event.firstTimestamp, event.lastTimestamp], ["1970-01-01T00:00:00Z", "1970-01-01T00:00:10Z"]);
  assertEquals(sent.map(({ verb }) => verb), ["create", "merge", "merge"]);
});

Deno.test("Recorder brings an Event of an earlier process up to date, and posts one anew that has expired", async () => {
  const { env, recorder, events, server, client } = setting();
  recorder.announce(about("s"));
  await env.advance(5000);
  const next = new Recorder({ client, env, name: "cadastre", instance: "a_2", isBusy: () => false });
  next.announce(about("s"));
  await env.quiet();
  assertEquals(events().map((e) => [e.count, e.lastTimestamp]), [[1, "1970-01-01T00:00:05Z"]]);
  const [{ metadata }] = events();
  server.execute({ verb: "delete", resource: EVENTS, key: `default/${metadata.name}` });
  next.announce(about("s"));
  await env.quiet();
  assertEquals(events().map((e) => [e.count, e.reportingInstance]), [[1, "a_2"]]);
});

Deno.test("Recorder posts warnings first, and slowly while there is more important work", async () => {
  let isBusy = true;
  const { env, recorder, events } = setting({ isBusy: () => isBusy });
  for (const name of ["a", "b", "c"]) recorder.announce(about(name));
  recorder.announce(about("d", { type: "Warning" }));
  await env.quiet();
  assertEquals(events().map((e) => e.involvedObject.name), ["d"]);
  await env.advance(100);
  assertEquals(events().length, 2);
  isBusy = false;
  await env.advance(100);
  assertEquals([events().length, recorder.waiting], [4, 0]);
});

Deno.test("Recorder tries again what certainly did not happen, and gives up after three attempts", async () => {
  const refused: Answer = { outcome: "transient", status: 503, reason: "", message: "" };
  const { env, recorder, sent } = setting({ send: () => Promise.resolve(refused) });
  recorder.announce(about("s"));
  await env.advance(60_000);
  assertEquals([sent.length, recorder.waiting], [3, 0]);
});

Deno.test("Recorder keeps a bounded number of Events, and of two kinds the warnings", () => {
  let dropped = 0;
  const env = new ManualEnv(), client = new SandboxClient(sandbox());
  const recorder = new Recorder({
    client,
    env: { ...env, defer: () => {} },
    name: "cadastre",
    instance: "a",
    isBusy: () => false,
    dropped: () => dropped++,
  });
  for (let i = 0; i < 10_000; i++) recorder.announce(about(`n${i}`));
  recorder.announce(about("w", { type: "Warning" }));
  assertEquals([recorder.waiting, dropped], [10_000, 1]);
});

Deno.test("eventOf cuts names and messages to what Kubernetes takes, and still tells them apart", () => {
  const reporter = { name: "cadastre", instance: "a", at: "2026-01-01T00:00:00Z" };
  const long = "x".repeat(253);
  const one = eventOf(about(long, { message: "m".repeat(5000) }), reporter);
  const two = eventOf(about(long, { message: "other" }), reporter);
  assertEquals([one.metadata.name.length, one.message.length], [253, 1024]);
  assertStringIncludes(one.message, "…");
  assertEquals(one.metadata.name === two.metadata.name, false);
});
