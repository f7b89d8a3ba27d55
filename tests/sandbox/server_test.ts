import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Request } from "../../kube/api.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { stateAt } from "../../sandbox/history.ts";
import type { ApiServer } from "../../sandbox/server.ts";
import { ConfigMap, Subnet } from "../conformance/world.ts";
import { sandbox } from "./sandbox.ts";

const name = fc.constantFrom("a", "b", "c");
const requests = fc.array(
  fc.oneof(
    name.map((name): Request => ({
      verb: "create",
      resource: Subnet,
      body: { metadata: { name } },
      manager: "u",
    })),
    fc.tuple(name, fc.nat(3)).map(([key, mtu]): Request => ({
      verb: "merge",
      resource: Subnet,
      key,
      body: { spec: { mtu } },
      manager: "u",
    })),
    name.map((key): Request => ({ verb: "delete", resource: Subnet, key })),
  ),
  { maxLength: 30 },
);

function present(server: ApiServer): unknown[] {
  return [...server.entriesOf(Subnet)].sort(([a], [b]) => a < b ? -1 : 1).map((
    [key, { object }],
  ) => [key, object]);
}

Deno.test("server: the same requests give the same answers and the same log", () => {
  fc.assert(
    fc.property(requests, (all) => {
      const [one, two] = [sandbox(), sandbox()];
      for (const request of all) assertEquals(one.execute(request), two.execute(request));
      assertEquals(
        one.log.map(({ rv, type, object }) => [rv, type, object]),
        two.log.map(({ rv, type, object }) => [rv, type, object]),
      );
    }),
    { numRuns: 30 },
  );
});

Deno.test("server: the log says everything, in both directions", () => {
  fc.assert(
    fc.property(requests, (all) => {
      const server = sandbox();
      const states = new Map([[server.store.version, present(server)]]);
      for (const request of all) {
        server.execute(request);
        states.set(server.store.version, present(server));
      }
      const collection = server.store.collection(server.kindOf(Subnet));
      for (const [rv, state] of states) assertEquals([...stateAt(collection, rv)], state);

      const replayed = new Map<string, unknown>();
      for (const { type, key, object, previous } of server.logOf(Subnet)) {
        assertEquals(replayed.get(key), previous);
        if (type === "DELETED") replayed.delete(key);
        else replayed.set(key, object);
      }
      assertEquals([...replayed].sort(([a], [b]) => a < b ? -1 : 1), present(server));
    }),
    { numRuns: 30 },
  );
});

Deno.test("server: objects are shared and cannot be changed", () => {
  const server = sandbox({ managedFields: false });
  const { body } = server.execute({
    verb: "create",
    resource: Subnet,
    body: { metadata: { name: "a" } },
    manager: "u",
  });
  assertEquals(server.execute({ verb: "get", resource: Subnet, key: "a" }).body === body, true);
  assertThrows(() => body.metadata.name = "b", TypeError);
});

Deno.test("server: ownership is tracked whether it is shown or not", () => {
  const [shown, hidden] = [sandbox(), sandbox({ managedFields: false })];
  for (const server of [shown, hidden]) {
    server.execute({
      verb: "apply",
      resource: Subnet,
      body: { metadata: { name: "a" }, spec: { mtu: 1 } },
      manager: "x",
      force: false,
    });
    const stolen = { metadata: { name: "a" }, spec: { mtu: 2 } };
    const { status } = server.execute({
      verb: "apply",
      resource: Subnet,
      body: stolen,
      manager: "y",
      force: false,
    });
    assertEquals(status, 409);
  }
  const get = (server: ApiServer) =>
    server.execute({ verb: "get", resource: Subnet, key: "a" }).body.metadata.managedFields;
  assertEquals([get(shown).length, get(hidden)], [1, undefined]);
});

Deno.test("server: listeners hear of every commit, until they stop", () => {
  const server = sandbox();
  const heard: string[] = [];
  const stop = server.onCommit(({ type, key }) => heard.push(`${type} ${key}`));
  server.execute({ verb: "create", resource: Subnet, body: { metadata: { name: "a" } }, manager: "u" });
  server.execute({ verb: "create", resource: Subnet, body: { metadata: { name: "b" } }, manager: "u" }, {
    dryRun: true,
  });
  stop();
  server.execute({ verb: "delete", resource: Subnet, key: "a" });
  assertEquals(heard, ["ADDED a"]);
});

Deno.test("server: after compaction the past is gone, and trim() frees it", () => {
  const server = sandbox();
  const body = { metadata: { name: "a", namespace: "default" } };
  server.execute({ verb: "create", resource: ConfigMap, body, manager: "u" });
  server.compact();
  server.execute({ verb: "delete", resource: ConfigMap, key: "default/a" });
  server.store.trim();
  assertEquals(server.log.map(({ type }) => type), ["DELETED"]);
  assertEquals(
    [...stateAt(server.store.collection(server.kindOf(ConfigMap)), server.store.compacted).keys()],
    ["default/a"],
  );
});

Deno.test("client: a request that was given up before it was sent is not carried out", async () => {
  const server = sandbox();
  const request: Request = {
    verb: "create",
    resource: Subnet,
    body: { metadata: { name: "a" } },
    manager: "u",
  };
  const { outcome } = await new SandboxClient(server).send(request, AbortSignal.abort());
  assertEquals([outcome, server.entriesOf(Subnet).size], ["transient", 0]);
});
