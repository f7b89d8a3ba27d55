import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { serve } from "../../web/serve.ts";

const LOOPBACK = { hostname: "127.0.0.1", port: 0 };
const echo = (request: Request) => new Response(`${request.method} ${new URL(request.url).pathname}`);

/** What the server says to these bytes, until it closes the connection. */
async function say(url: string, bytes: string): Promise<string> {
  const { port } = new URL(url);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(bytes));
  return await new Response(connection.readable).text();
}

Deno.test("serve answers a GET and, without a body, a HEAD", async () => {
  await using site = await serve(echo, LOOPBACK);
  assertEquals(await (await fetch(`${site.url}/a%20b?c`)).text(), "GET /a%20b");
  const head = await fetch(`${site.url}/x`, { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
});

Deno.test("serve refuses a body without reading it, announced or in chunks", async () => {
  let asked = 0;
  await using site = await serve(() => (asked++, new Response()), LOOPBACK);
  for (const header of ["Content-Length: 1000000000", "Transfer-Encoding: chunked"]) {
    assertMatch(await say(site.url, `POST / HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\n`), /^HTTP\/1.1 413 /);
  }
  assertEquals(asked, 0);
});

Deno.test("serve refuses headers of more than eight kilobytes", async () => {
  await using site = await serve(echo, LOOPBACK);
  assertMatch(
    await say(site.url, `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(9_000)}\r\n\r\n`),
    /^HTTP\/1.1 4(31|00) /,
  );
});

Deno.test("serve sends a client away that never finishes its headers", async () => {
  await using site = await serve(echo, LOOPBACK);
  const began = performance.now();
  assertMatch(await say(site.url, "GET / HTTP/1.1\r\nHost: a\r\n"), /^HTTP\/1.1 408 /);
  assert(performance.now() - began < 10_000);
});

Deno.test("serve has room for 64 connections, and keeps answering those it has", async () => {
  await using site = await serve(echo, LOOPBACK);
  const { port } = new URL(site.url);
  const held = await Promise.all(
    Array.from({ length: 64 }, () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) })),
  );
  const [first] = held;
  await first!.write(new TextEncoder().encode("GET /in HTTP/1.1\r\nHost: a\r\n\r\n"));
  const buffer = new Uint8Array(1024);
  await first!.read(buffer);
  assertMatch(new TextDecoder().decode(buffer), /^HTTP\/1.1 200 /);
  const late = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await late.write(new TextEncoder().encode("GET /out HTTP/1.1\r\nHost: a\r\n\r\n")).catch(() => {});
  assertEquals(await late.read(buffer).catch(() => null), null);
  for (const connection of [...held, late]) connection.close();
});

Deno.test("serve names the address that it cannot have", async () => {
  await using site = await serve(echo, LOOPBACK);
  const port = Number(new URL(site.url).port);
  await assertRejects(() => serve(echo, { ...LOOPBACK, port }), Error, `cannot serve on 127.0.0.1:${port}`);
});
