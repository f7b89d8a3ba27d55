import { assertEquals } from "@std/assert";
import type { WatchLine } from "../../kube/api.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { watch } from "../../sandbox/watch.ts";
import { ConfigMap, Subnet } from "../conformance/world.ts";
import { sandbox } from "./sandbox.ts";

function shown(line: WatchLine | undefined): string {
  if (line === undefined) return "end";
  return "object" in line ? `${line.type} ${line.object.metadata.name}` : line.type;
}

Deno.test("watch: in a namespace, by selector", async () => {
  const server = sandbox();
  const stop = new AbortController();
  const lines = watch(server, ConfigMap, {
    namespace: "default",
    labelSelector: "app=a",
    resourceVersion: String(server.store.version),
    signal: stop.signal,
  });
  const create = (name: string, namespace: string, app: string) =>
    server.execute({
      verb: "create",
      resource: ConfigMap,
      body: { metadata: { name, namespace, labels: { app } } },
      manager: "u",
    });
  create("elsewhere", "kube-system", "a");
  create("other", "default", "b");
  create("mine", "default", "a");
  assertEquals(shown((await lines.next()).value), "ADDED mine");
  stop.abort();
  assertEquals((await lines.next()).done, true);
});

Deno.test("watch: a version that is yet to come is waited for in silence", async () => {
  const server = sandbox();
  const stop = new AbortController();
  const resourceVersion = String(server.store.version + 2);
  const lines = new SandboxClient(server).watch(Subnet, { resourceVersion, signal: stop.signal })
    [Symbol.asyncIterator]();
  const next = lines.next();
  for (const name of ["a", "b", "c"]) {
    server.execute({ verb: "create", resource: Subnet, body: { metadata: { name } }, manager: "u" });
  }
  assertEquals(shown((await next).value), "ADDED c");
  stop.abort();
});

Deno.test("watch: a bookmark comes when asked for, with the version of now", async () => {
  const server = sandbox();
  const stop = new AbortController();
  const lines = watch(server, Subnet, { signal: stop.signal });
  assertEquals(shown((await lines.next()).value), "BOOKMARK");
  const next = lines.next();
  server.execute({
    verb: "create",
    resource: ConfigMap,
    body: { metadata: { name: "c", namespace: "default" } },
    manager: "u",
  });
  server.bookmarks.forEach((ask) => ask());
  assertEquals((await next).value, {
    type: "BOOKMARK",
    resourceVersion: String(server.store.version),
    initialEventsEnd: false,
  });
  stop.abort();
});

Deno.test("watch: of a kind that is not served, one line says so", async () => {
  const lines = watch(sandbox(), { ...Subnet, plural: "nonsense" }, { signal: new AbortController().signal });
  const { value } = await lines.next();
  assertEquals(value?.type === "ERROR" && value.status, 404);
  assertEquals((await lines.next()).done, true);
});
