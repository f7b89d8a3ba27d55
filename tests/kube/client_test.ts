import { assert, assertEquals } from "@std/assert";
import type { Client, Request as ApiRequest, WatchLine } from "../../kube/api.ts";
import { createClient } from "../../kube/client.ts";
import { type Env, systemEnv } from "../../kube/env.ts";
import { LEASES } from "../../kube/lease.ts";
import { Transport } from "../../kube/transport.ts";
import { ManualEnv, settled } from "./manual_env.ts";
import { PODS, SUBNETS } from "./requests.ts";
import { connectionTo, gate, json, serve } from "./server.ts";

const subnet = (name: string, more = {}) => ({
  apiVersion: "kubeovn.io/v1",
  kind: "Subnet",
  metadata: { name, uid: "u1", resourceVersion: "7" },
  ...more,
});
const GET: ApiRequest = { verb: "get", resource: SUBNETS, key: "a" };
const CREATE: ApiRequest = { verb: "create", resource: SUBNETS, manager: "m", body: subnet("a") };

async function withClient(
  server: string,
  use: (client: Client) => Promise<void>,
  { env = systemEnv() as Env, inFlight = 64 } = {},
): Promise<void> {
  const transport = new Transport(connectionTo(server), { env });
  try {
    await use(createClient(transport, { env, inFlight }));
  } finally {
    transport.close();
  }
}

Deno.test("send() answers a read and a write with the object", async () => {
  await using server = serve((request) =>
    json(subnet("a"), { status: request.method === "POST" ? 201 : 200 })
  );
  await withClient(server.url, async (client) => {
    const [read, written] = [await client.send(GET), await client.send(CREATE)];
    assertEquals([read.outcome, read.status, read.object?.metadata.uid], ["ok", 200, "u1"]);
    assertEquals([written.outcome, written.status], ["ok", 201]);
  });
  assertEquals(server.requests, [
    "GET /apis/kubeovn.io/v1/subnets/a",
    "POST /apis/kubeovn.io/v1/subnets?fieldManager=m",
  ]);
});

Deno.test("send() keeps counters exact that no number can hold", async () => {
  const text = '{"metadata":{"name":"a"},"status":{"v6availableIPs":9223372036854775807}}';
  await using server = serve(() => new Response(text));
  await withClient(server.url, async (client) => {
    assertEquals((await client.send(GET)).object?.status, { v6availableIPs: 9223372036854775807n });
  });
});

Deno.test("send() never takes a proxy's page for an answer", async () => {
  await using server = serve(() => new Response("<html>Welcome</html>"));
  await withClient(server.url, async (client) => {
    assertEquals((await client.send(GET)).outcome, "transient");
    assertEquals((await client.send({ verb: "list", resource: SUBNETS })).outcome, "transient");
    assertEquals((await client.send(CREATE)).outcome, "unknown");
  });
});

Deno.test("send() does not send a name that no object can have", async () => {
  await using server = serve(() => json({}));
  await withClient(server.url, async (client) => {
    for (const key of ["", "..", "\ud800"]) {
      for (const shared of [true, false]) {
        assertEquals((await client.send({ verb: "get", resource: SUBNETS, key, shared })).outcome, "invalid");
      }
      assertEquals(
        (await client.send({ verb: "delete", resource: SUBNETS, key, uid: "u" })).outcome,
        "invalid",
      );
    }
  });
  assertEquals(server.requests, []);
});

Deno.test("send() follows the pages of a list to the end", async () => {
  await using server = serve((request) => {
    const page = Number(new URL(request.url).searchParams.get("continue") ?? 0);
    const more = page < 2 ? { continue: `${page + 1}` } : {};
    return json({
      kind: "SubnetList",
      metadata: { resourceVersion: "50", ...more },
      items: [subnet(`s${page}`)],
    });
  });
  await withClient(server.url, async (client) => {
    const { outcome, items, resourceVersion } = await client.send({ verb: "list", resource: SUBNETS });
    assertEquals([outcome, resourceVersion], ["ok", "50"]);
    assertEquals(items?.map(({ metadata }) => metadata.name), ["s0", "s1", "s2"]);
  });
});

Deno.test("send() begins a list anew when a page has expired, and gives up in the end, without half a list", async () => {
  const expired = () => json({ kind: "Status", code: 410, reason: "Expired" }, { status: 410 });
  const page = (version: string, token?: string) =>
    json({ metadata: { resourceVersion: version, continue: token }, items: [subnet(`of-${version}`)] });
  let isLasting = false;
  await using server = serve((request, count) => {
    const isFirst = !request.url.includes("continue=");
    if (isFirst) return page(`${count}`, "next");
    return count === 2 || isLasting ? expired() : page(`${count - 1}`);
  });
  await withClient(server.url, async (client) => {
    const { items, resourceVersion } = await client.send({ verb: "list", resource: SUBNETS });
    assertEquals(resourceVersion, "3");
    assertEquals(items?.map(({ metadata }) => metadata.name), ["of-3", "of-3"]);
    isLasting = true;
    const failed = await client.send({ verb: "list", resource: SUBNETS });
    assertEquals([failed.outcome, failed.status, failed.items], ["transient", 410, undefined]);
  });
});

Deno.test("send() answers everybody who shares a read with one that was sent after they asked", async () => {
  const [arrived, answered] = [gate(), gate()];
  await using server = serve(async (_request, count) => {
    arrived.open();
    if (count === 1) await answered.opened;
    return json(subnet("a", { status: { count } }));
  });
  await withClient(server.url, async (client) => {
    const shared: ApiRequest = { ...GET, shared: true } as ApiRequest;
    const first = client.send(shared);
    await arrived.opened;
    const late = Array.from({ length: 100 }, () => client.send(shared));
    await settled();
    answered.open();
    assertEquals((await first).object?.status, { count: 1 });
    for (const answer of await Promise.all(late)) assertEquals(answer.object?.status, { count: 2 });
  });
  assertEquals(server.requests.length, 2);
});

Deno.test("send() keeps the number of requests under way, and lets leases pass", async () => {
  const answered = gate();
  let most = 0;
  let underWay = 0;
  const [full, leased] = [gate(), gate()];
  await using server = serve(async (request) => {
    if (request.url.includes("/leases/")) {
      leased.open();
      return json({ metadata: { name: "l" } });
    }
    most = Math.max(most, ++underWay);
    if (underWay === 3) full.open();
    await answered.opened;
    underWay--;
    return json(subnet("a"));
  });
  await withClient(server.url, async (client) => {
    const asked = Array.from({ length: 20 }, () => client.send(GET));
    await full.opened;
    const lease = await client.send({ verb: "get", resource: LEASES, key: "ns/l" });
    await leased.opened;
    assertEquals(lease.outcome, "ok");
    answered.open();
    assert((await Promise.all(asked)).every(({ outcome }) => outcome === "ok"));
  }, { inFlight: 3 });
  assertEquals(most, 3);
});

Deno.test("send() leaves a server alone that says Retry-After, except for leases", async () => {
  const env = new ManualEnv();
  await using server = serve((_request, count) =>
    count === 1
      ? json({ kind: "Status" }, { status: 429, headers: { "retry-after": "5" } })
      : json(subnet("a"))
  );
  await withClient(server.url, async (client) => {
    const { outcome, retryAfterMs } = await client.send(CREATE);
    assertEquals([outcome, retryAfterMs], ["throttled", 5000]);
    const waiting = client.send(GET);
    await env.advance(4_999);
    assertEquals((await client.send({ verb: "get", resource: LEASES, key: "ns/l" })).outcome, "ok");
    assertEquals(server.requests.length, 2);
    await env.advance(1);
    assertEquals((await waiting).outcome, "ok");
  }, { env });
});

Deno.test("send() waits for a minute at most, whatever Retry-After says", async () => {
  const env = new ManualEnv();
  await using server = serve((_request, count) =>
    count === 1
      ? json({ kind: "Status" }, { status: 429, headers: { "retry-after": "86400" } })
      : json(subnet("a"))
  );
  await withClient(server.url, async (client) => {
    await client.send(CREATE);
    const waiting = client.send(GET);
    await env.advance(60_000);
    assertEquals((await waiting).outcome, "ok");
  }, { env });
});

Deno.test("send() gives up when its caller does: transient before it was sent, unknown after", async () => {
  const [arrived, answered] = [gate(), gate()];
  await using server = serve(async () => {
    arrived.open();
    await answered.opened;
    return json(subnet("a"));
  });
  await withClient(server.url, async (client) => {
    const stop = new AbortController();
    const sent = client.send(CREATE, stop.signal);
    await arrived.opened;
    const queued = client.send(CREATE, stop.signal);
    stop.abort();
    assertEquals((await sent).outcome, "unknown");
    assertEquals((await queued).outcome, "transient");
    answered.open();
  }, { inFlight: 1 });
  assertEquals(server.requests.length, 1);
});

async function firstLines(client: Client, resourceVersion?: string): Promise<WatchLine[]> {
  const signal = new AbortController().signal;
  return await Array.fromAsync(
    client.watch(PODS, { signal, ...(resourceVersion ? { resourceVersion } : {}) }),
  );
}

Deno.test("watch() yields the lines of a stream until the server ends it", async () => {
  const event = { type: "ADDED", object: { metadata: { name: "p", resourceVersion: "9" } } };
  await using server = serve(() => new Response(`${JSON.stringify(event)}\n`));
  await withClient(server.url, async (client) => {
    assertEquals((await firstLines(client, "8")).map(({ type }) => type), ["ADDED"]);
  });
  assertEquals(server.requests, ["GET /api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=8"]);
});

Deno.test("watch() says in one ERROR line why it was refused", async () => {
  await using server = serve((_request, count) =>
    count === 1
      ? json({ kind: "Status", reason: "Expired", message: "too old" }, { status: 410 })
      : new Response("404 page not found\n", { status: 404 })
  );
  await withClient(server.url, async (client) => {
    assertEquals(await firstLines(client), [{
      type: "ERROR",
      status: 410,
      reason: "Expired",
      message: "too old",
    }]);
    assertEquals(await firstLines(client), [
      { type: "ERROR", status: 404, reason: "", message: "404 page not found" },
    ]);
  });
});

Deno.test("watch() waits out a Retry-After, its own too", async () => {
  const env = new ManualEnv();
  await using server = serve((_request, count) =>
    count === 1
      ? json({ kind: "Status" }, { status: 429, headers: { "retry-after": "5" } })
      : new Response("")
  );
  await withClient(server.url, async (client) => {
    const [line] = await firstLines(client);
    assertEquals(line?.type === "ERROR" && line.status, 429);
    const next = firstLines(client);
    await env.advance(4_999);
    assertEquals(server.requests.length, 1);
    await env.advance(1);
    assertEquals(await next, []);
  }, { env });
});

Deno.test("watch() closes its connection when it is aborted, and when nobody reads on", async () => {
  const event = `${
    JSON.stringify({ type: "ADDED", object: { metadata: { name: "p", resourceVersion: "9" } } })
  }\n`;
  for (const how of ["abort", "break"]) {
    const closed = gate();
    await using server = serve(() =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode(event)),
          cancel: closed.open,
        }),
      )
    );
    await withClient(server.url, async (client) => {
      const stop = new AbortController();
      for await (const line of client.watch(PODS, { signal: stop.signal })) {
        assertEquals(line.type, "ADDED");
        if (how === "break") break;
        stop.abort();
      }
      await closed.opened;
    });
  }
});
