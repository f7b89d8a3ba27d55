import { assertEquals, assertRejects } from "@std/assert";
import { systemEnv } from "../../kube/env.ts";
import { RequestError, type RestClient, restClient } from "../../kube/rest_client.ts";
import { Transport } from "../../kube/transport.ts";
import { connectionTo, json, serve, type TestServer } from "./server.ts";

async function withRest(server: TestServer, use: (rest: RestClient) => Promise<void>): Promise<void> {
  const transport = new Transport(connectionTo(server.url), { env: systemEnv() });
  try {
    await use(restClient(transport, { namespace: "prod" }));
  } finally {
    transport.close();
  }
}

Deno.test("performRequest() returns parsed JSON, and sends query, body and its type", async () => {
  await using server = serve(async (request) =>
    json({ type: request.headers.get("content-type"), body: await request.json() }, { status: 201 })
  );
  await withRest(server, async (rest) => {
    const contentType = "application/merge-patch+json";
    const options = { method: "PATCH", path: "/x", bodyJson: { a: 1 }, expectJson: true } as const;
    const querystring = new URLSearchParams({ fieldManager: "a/b" });
    assertEquals(await rest.performRequest({ ...options, contentType, querystring }), {
      type: contentType,
      body: { a: 1 },
    });
    assertEquals((await rest.performRequest(options)).type, "application/json");
    assertEquals(rest.defaultNamespace, "prod");
  });
  assertEquals(server.requests, ["PATCH /x?fieldManager=a%2Fb", "PATCH /x"]);
});

Deno.test("performRequest() returns bytes, a stream of bytes or a stream of parsed lines", async () => {
  await using server = serve(() => new Response('{"n":1}\n{"n":2}\n'));
  await withRest(server, async (rest) => {
    const get = { method: "GET", path: "/x" } as const;
    const bytes: Uint8Array = await rest.performRequest(get);
    assertEquals(new TextDecoder().decode(bytes), '{"n":1}\n{"n":2}\n');
    const stream: ReadableStream = await rest.performRequest({ ...get, expectStream: true });
    assertEquals(await new Response(stream).text(), '{"n":1}\n{"n":2}\n');
    const lines: ReadableStream = await rest.performRequest({ ...get, expectStream: true, expectJson: true });
    assertEquals(await Array.fromAsync(lines), [{ n: 1 }, { n: 2 }]);
  });
});

Deno.test("performRequest() throws what the server said", async () => {
  const status = { kind: "Status", message: 'pods "a" not found', reason: "NotFound" };
  await using server = serve((request) =>
    request.url.endsWith("/json")
      ? json(status, { status: 404 })
      : new Response("Bad Gateway", { status: 502 })
  );
  await withRest(server, async (rest) => {
    for (const expectStream of [true, false]) {
      const found = await assertRejects(
        () => rest.performRequest({ method: "GET", path: "/json", expectJson: true, expectStream }),
        RequestError,
        'pods "a" not found',
      );
      assertEquals([found.httpCode, found.status], [404, status]);
    }
    const page = await assertRejects(
      () => rest.performRequest({ method: "GET", path: "/html", expectJson: true }),
      RequestError,
      "Bad Gateway",
    );
    assertEquals([page.httpCode, page.status], [502, undefined]);
  });
});
