import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { WatchLine } from "../../kube/api.ts";
import { watchLines } from "../../kube/watch_lines.ts";

const object = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, uid: "u", resourceVersion: "5", labels: { text: "grüße 🐙" } },
});
const event = (type: string, body: unknown) => `${JSON.stringify({ type, object: body })}\n`;
const bookmark = (more = {}) =>
  event("BOOKMARK", { kind: "Pod", metadata: { resourceVersion: "9", ...more } });
const bytes = (text: string) => new TextEncoder().encode(text);

/** In pieces of the given lengths, again and again; `cut`: ends with an error. */
async function* pieces(text: string, lengths: readonly number[] = [1 << 20], cut = false) {
  const all = bytes(text);
  for (let at = 0, n = 0; at < all.length; n++) {
    const length = lengths[n % lengths.length]!;
    yield all.subarray(at, at += length);
  }
  if (cut) throw new TypeError("error reading a body from connection");
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<WatchLine[]> {
  return await Array.fromAsync(watchLines(chunks));
}

Deno.test("watchLines() reads the same lines wherever the chunks are cut, also inside a character", async () => {
  const text = event("ADDED", object("a")) + event("MODIFIED", object("b")) + event("DELETED", object("c")) +
    bookmark();
  const whole = await read(pieces(text));
  assertEquals(whole.map(({ type }) => type), ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]);
  const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
  await fc.assert(fc.asyncProperty(lengths, async (sizes) => {
    assertEquals(await read(pieces(text, sizes)), whole);
  }));
});

Deno.test("watchLines() drops a line that is cut, and ends as after an orderly end", async () => {
  const text = event("ADDED", object("a")) + event("ADDED", object("b")).slice(0, 40);
  for (const cut of [false, true]) {
    assertEquals((await read(pieces(text, [7], cut))).length, 1);
  }
});

Deno.test("watchLines() tells the bookmark that ends the initial events from the others", async () => {
  const end = { annotations: { "k8s.io/initial-events-end": "true" } };
  assertEquals(await read(pieces(bookmark() + bookmark(end))), [
    { type: "BOOKMARK", resourceVersion: "9", initialEventsEnd: false },
    { type: "BOOKMARK", resourceVersion: "9", initialEventsEnd: true },
  ]);
});

Deno.test("watchLines() ends with an ERROR line, as 410 inside a stream that began with 200", async () => {
  const gone = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version: 1 (224)" };
  assertEquals(await read(pieces(event("ERROR", gone) + event("ADDED", object("a")))), [
    { type: "ERROR", status: 410, reason: "Expired", message: "too old resource version: 1 (224)" },
  ]);
});

for (
  const garbage of [
    "<html>Bad Gateway</html>\n",
    "null\n",
    "[]\n",
    "{}\n",
    '{"type":"ADDED"}\n',
    '{"type":"ADDED","object":{"metadata":{}}}\n',
    '{"type":"BOOKMARK","object":{}}\n',
    '{"type":"constructor","object":{"metadata":{"name":"a"}}}\n',
  ]
) {
  Deno.test(`watchLines() calls ${garbage.trim()} unreadable and ends`, async () => {
    const [line, ...rest] = await read(pieces(garbage + event("ADDED", object("a"))));
    assertEquals(rest, []);
    assertEquals(line?.type === "ERROR" && [line.status, line.reason], [0, "Unreadable"]);
  });
}

Deno.test("watchLines() does not gather a line without end", async () => {
  async function* endless() {
    for (;;) yield bytes("x".repeat(1 << 20));
  }
  const [line] = await read(endless());
  assertStringIncludes(line?.type === "ERROR" ? line.message : "", "a line without end: xxx");
});

Deno.test("watchLines() lets go of the stream when nobody reads on", async () => {
  let isReleased = false;
  async function* source() {
    try {
      for (;;) yield bytes(event("ADDED", object("a")));
    } finally {
      isReleased = true;
    }
  }
  for await (const _ of watchLines(source())) break;
  assertEquals(isReleased, true);
});
