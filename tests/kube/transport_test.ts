import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import type { Credentials } from "../../kube/connection.ts";
import type { HttpRequest } from "../../kube/encode.ts";
import { systemEnv } from "../../kube/env.ts";
import { Transport } from "../../kube/transport.ts";
import { ManualEnv } from "./manual_env.ts";
import { as, connectionTo, gate, json, serve } from "./server.ts";

const GET: HttpRequest = { method: "GET", path: "/x", query: "" };
const POST: HttpRequest = {
  method: "POST",
  path: "/x",
  query: "",
  contentType: "application/json",
  body: { a: 1 },
};

/** Runs `use` with a transport that is closed afterwards. */
async function withTransport(
  server: string,
  use: (transport: Transport) => Promise<void>,
  { env = systemEnv(), credentials = as({}) } = {},
): Promise<void> {
  const transport = new Transport(connectionTo(server, credentials), { env });
  try {
    await use(transport);
  } finally {
    transport.close();
  }
}

Deno.test("Transport sends method, path, query, headers and a JSON body", async () => {
  await using server = serve(async (request) =>
    json({
      type: request.headers.get("content-type"),
      accept: request.headers.get("accept"),
      authorization: request.headers.get("authorization"),
      body: await request.json(),
    }, { status: 201 })
  );
  await withTransport(server.url, async (transport) => {
    const { status, text, sent } = await transport.exchange({
      ...POST,
      query: "force=true",
      body: { n: 2n ** 60n },
    });
    assertEquals([status, sent], [201, true]);
    assertStringIncludes(text, '"body":{"n":1152921504606847000}');
    assertStringIncludes(
      text,
      '"type":"application/json","accept":"application/json","authorization":"Bearer t1"',
    );
  }, { credentials: as({ authorization: "Bearer t1" }) });
  assertEquals(server.requests, ["POST /x?force=true"]);
});

Deno.test("Transport knows that a request to nobody was not sent", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await withTransport(`http://127.0.0.1:${port}`, async (transport) => {
    const { status, sent, text } = await transport.exchange(POST);
    assertEquals([status, sent], [0, false]);
    assertMatch(text, /refused/i);
  });
});

Deno.test("Transport does not know what became of a request whose connection was cut", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cutting = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(1000));
    connection.close();
  })();
  await withTransport(`http://127.0.0.1:${listener.addr.port}`, async (transport) => {
    const { status, sent } = await transport.exchange(POST);
    assertEquals([status, sent], [0, true]);
  });
  await cutting;
  listener.close();
});

Deno.test("Transport gives up after its time-out, and the next request is not held up", async () => {
  const env = new ManualEnv();
  const [arrived, answered] = [gate(), gate()];
  await using server = serve(async (_request, count) => {
    arrived.open();
    if (count === 1) await answered.opened;
    return json({});
  });
  await withTransport(server.url, async (transport) => {
    const slow = transport.exchange(POST);
    await arrived.opened;
    await env.advance(31_000);
    assertEquals(await slow, { status: 0, retryAfter: null, text: "no answer in time", sent: true });
    assertEquals((await transport.exchange(GET)).status, 200);
    answered.open();
  }, { env });
});

Deno.test("Transport gives up when the caller does", async () => {
  const [arrived, answered] = [gate(), gate()];
  await using server = serve(async () => {
    arrived.open();
    await answered.opened;
    return json({});
  });
  await withTransport(server.url, async (transport) => {
    const stop = new AbortController();
    const asked = transport.exchange(POST, stop.signal);
    await arrived.opened;
    stop.abort("enough");
    assertEquals(await asked, { status: 0, retryAfter: null, text: "enough", sent: true });
    assertEquals((await transport.exchange(POST, stop.signal)).sent, false);
    answered.open();
  });
  assertEquals(server.requests.length, 1);
});

Deno.test("Transport.close() cuts what is under way and lets nothing begin", async () => {
  const [arrived, answered] = [gate(), gate()];
  await using server = serve(async () => {
    arrived.open();
    await answered.opened;
    return json({});
  });
  await withTransport(server.url, async (transport) => {
    const [asked, opened] = [transport.exchange(GET), transport.open(GET)];
    await arrived.opened;
    transport.close();
    assertEquals((await asked).text, "the connection was closed");
    assertEquals("status" in await opened, true);
    assertEquals((await transport.exchange(GET)).sent, false);
    assertEquals("status" in await transport.open(GET), true);
    answered.open();
  });
});

Deno.test("Transport answers a 401 with a new identity, once", async () => {
  await using server = serve((request) => {
    const status = request.headers.get("authorization") === "Bearer new" ? 200 : 401;
    return json({ status }, { status });
  });
  const renewing = (to: string): Credentials => ({
    identity: () => Promise.resolve({ authorization: "Bearer old" }),
    renew: () => Promise.resolve({ authorization: to }),
  });
  await withTransport(server.url, async (transport) => {
    assertEquals((await transport.exchange(GET)).status, 200);
    assertEquals("status" in await transport.open(GET), false);
  }, { credentials: renewing("Bearer new") });
  assertEquals(server.requests.length, 4);
  await withTransport(server.url, async (transport) => {
    assertEquals((await transport.exchange(GET)).status, 401);
  }, { credentials: renewing("Bearer no better") });
  assertEquals(server.requests.length, 6);
});

Deno.test("Transport does not ask again as the same somebody", async () => {
  await using server = serve(() => json({ kind: "Status", reason: "Unauthorized" }, { status: 401 }));
  await withTransport(server.url, async (transport) => {
    const { status, text } = await transport.exchange(GET);
    assertEquals(status, 401);
    assertStringIncludes(text, "Unauthorized");
  });
  assertEquals(server.requests.length, 1);
});

Deno.test("Transport answers 401 itself, and says why, when credentials cannot be read or used", async () => {
  await using server = serve(() => json({}));
  const broken: Credentials = {
    identity: () => Promise.reject(new Error("token file /x does not exist")),
    renew: () => Promise.reject(new Error("not called")),
  };
  await withTransport(server.url, async (transport) => {
    assertEquals(await transport.exchange(GET), {
      status: 401,
      retryAfter: null,
      text: "token file /x does not exist",
      sent: false,
    });
  }, { credentials: broken });
  await withTransport(server.url, async (transport) => {
    assertEquals((await transport.exchange(GET)).status, 401);
  }, { credentials: as({ cert: "no PEM", key: "no PEM" }) });
  assertEquals(server.requests, []);
});

Deno.test("Transport follows no redirect", async () => {
  await using elsewhere = serve(() => json({}));
  await using server = serve(() => Response.redirect(elsewhere.url, 307));
  await withTransport(server.url, async (transport) => {
    assertEquals((await transport.exchange(POST)).status, 307);
  });
  assertEquals(elsewhere.requests, []);
});

Deno.test("Transport.open() gives a success as a stream and a failure as a whole", async () => {
  await using server = serve((_request, count) =>
    count === 1 ? new Response("one\ntwo\n") : json({}, { status: 429, headers: { "retry-after": "7" } })
  );
  await withTransport(server.url, async (transport) => {
    const chunks = await Array.fromAsync(await transport.open(GET) as AsyncIterable<Uint8Array>);
    assertEquals(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text(), "one\ntwo\n");
    assertEquals(await transport.open(GET), { status: 429, retryAfter: "7", text: "{}", sent: true });
  });
});

Deno.test("Transport rejects a body that JSON cannot express: that is a mistake in the program", async () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  await withTransport("http://127.0.0.1:9", async (transport) => {
    await assertRejects(() => transport.exchange({ ...POST, body: cycle }), TypeError);
  });
});
