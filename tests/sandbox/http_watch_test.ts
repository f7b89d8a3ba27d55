import { assertEquals } from "@std/assert";
import { textLines } from "./text_lines.ts";
import type { Json } from "../../kube/api.ts";
import { createHandler } from "../../sandbox/http/handler.ts";
import type { ApiServer } from "../../sandbox/server.ts";
import { Subnet } from "../conformance/world.ts";
import { sandbox } from "./sandbox.ts";

const SUBNETS = "/apis/kubeovn.io/v1/subnets?watch=true";

function create(server: ApiServer, name: string, labels: Json = {}): Json {
  return server.execute({
    verb: "create",
    resource: Subnet,
    body: { metadata: { name, labels } },
    manager: "u",
  }).body;
}

/** The next lines of a watch, on demand. */
async function watch(server: ApiServer, query = "", headers: Record<string, string> = {}) {
  const request = new Request(`http://sandbox${SUBNETS}${query}`, { headers });
  const response = await createHandler(server)(request);
  const lines = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(textLines()).getReader();
  return {
    async next(): Promise<Json> {
      const { value, done } = await lines.read();
      return done ? undefined : JSON.parse(value);
    },
    [Symbol.asyncDispose]: () => lines.cancel(),
  };
}

Deno.test("http watch: what there is, then what happens", async () => {
  const server = sandbox();
  create(server, "a");
  await using events = await watch(server);
  assertEquals([(await events.next()).type], ["ADDED"]);
  create(server, "b");
  const { type, object } = await events.next();
  assertEquals([type, object.metadata.name, object.kind], ["ADDED", "b", "Subnet"]);
});

Deno.test("http watch: initial events end with a bookmark", async () => {
  const server = sandbox();
  const { metadata } = create(server, "a");
  const query = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
  await using events = await watch(server, query);
  assertEquals((await events.next()).type, "ADDED");
  const { type, object } = await events.next();
  assertEquals([type, object.metadata.resourceVersion], ["BOOKMARK", metadata.resourceVersion]);
  assertEquals(object.metadata.annotations, { "k8s.io/initial-events-end": "true" });
});

Deno.test("http watch: bookmarks when asked for, with the version of everything", async () => {
  const server = sandbox();
  await using events = await watch(
    server,
    `&allowWatchBookmarks=true&resourceVersion=${server.store.version}`,
  );
  const line = events.next();
  await Promise.resolve();
  server.execute({
    verb: "create",
    resource: { ...Subnet, apiVersion: "v1", plural: "namespaces" },
    body: { metadata: { name: "x" } },
    manager: "u",
  });
  server.bookmarks.forEach((ask) => ask());
  const { type, object } = await line;
  assertEquals([type, object.metadata.resourceVersion], ["BOOKMARK", String(server.store.version)]);
});

Deno.test("http watch: an object that stops matching the selector is deleted for this watch", async () => {
  const server = sandbox();
  create(server, "a", { x: "1" });
  await using events = await watch(server, `&labelSelector=x%3D1`);
  assertEquals((await events.next()).type, "ADDED");
  const body = { metadata: { labels: { x: "2" } } };
  const { body: now } = server.execute({ verb: "merge", resource: Subnet, key: "a", body, manager: "u" });
  const { type, object } = await events.next();
  assertEquals([type, object.metadata.labels, object.metadata.resourceVersion], [
    "DELETED",
    { x: "1" },
    now.metadata.resourceVersion,
  ]);
});

Deno.test("http watch: a forgotten version is an ERROR line in a stream that ends", async () => {
  const server = sandbox();
  const { metadata } = create(server, "a");
  create(server, "b");
  server.compact();
  await using events = await watch(server, `&resourceVersion=${metadata.resourceVersion}`);
  const { type, object } = await events.next();
  assertEquals([type, object.code, object.reason], ["ERROR", 410, "Expired"]);
  assertEquals(await events.next(), undefined);
});

Deno.test("http watch: as tables, for kubectl get --watch", async () => {
  const server = sandbox();
  create(server, "a");
  await using events = await watch(server, "", { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
  const { object } = await events.next();
  assertEquals([object.kind, object.rows[0].cells[0]], ["Table", "a"]);
});

Deno.test("http watch: ends with the definition of its kind", async () => {
  const server = sandbox();
  await using events = await watch(server, `&resourceVersion=${server.store.version}`);
  const line = events.next();
  await Promise.resolve();
  const definitions = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "",
    plural: "customresourcedefinitions",
    namespaced: false,
  };
  const merge = { verb: "merge", resource: definitions, key: "subnets.kubeovn.io", manager: "u" } as const;
  server.execute({ verb: "delete", resource: definitions, key: "subnets.kubeovn.io" });
  server.execute({ ...merge, body: { metadata: { finalizers: null } } });
  assertEquals(await line, undefined);
});
