import { assertEquals } from "@std/assert";
import { SharedReads } from "../../kube/shared_reads.ts";
import { settled } from "./manual_env.ts";

/** Reads that are sent and answered when the test says so. */
function setUp() {
  const shared = new SharedReads<string>();
  const reads: { key: string; sent: () => void; answer: (text: string) => void }[] = [];
  const get = (key: string) =>
    shared.get(key, (sent) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      reads.push({ key, sent, answer: resolve });
      return promise;
    });
  return { get, reads };
}

Deno.test("SharedReads answers all who ask before a read is sent with that read", async () => {
  const { get, reads } = setUp();
  const answers = ["a", "a", "a"].map(get);
  await settled();
  assertEquals(reads.length, 1);
  reads[0]!.sent();
  reads[0]!.answer("one");
  assertEquals(await Promise.all(answers), ["one", "one", "one"]);
});

Deno.test("SharedReads lets nobody join a read that was sent, and sends the next one after it", async () => {
  const { get, reads } = setUp();
  const first = get("a");
  await settled();
  reads[0]!.sent();
  const late = [get("a"), get("a")];
  await settled();
  assertEquals(reads.length, 1);
  reads[0]!.answer("old");
  assertEquals(await first, "old");
  await settled();
  assertEquals(reads.length, 2);
  reads[1]!.sent();
  reads[1]!.answer("new");
  assertEquals(await Promise.all(late), ["new", "new"]);
});

Deno.test("SharedReads reads different keys independently", async () => {
  const { get, reads } = setUp();
  get("a");
  get("b");
  await settled();
  assertEquals(reads.map(({ key }) => key), ["a", "b"]);
});

Deno.test("SharedReads reads anew when everything is answered", async () => {
  const { get, reads } = setUp();
  for (const text of ["one", "two"]) {
    const answer = get("a");
    await settled();
    reads.at(-1)!.sent();
    reads.at(-1)!.answer(text);
    assertEquals(await answer, text);
  }
  assertEquals(reads.length, 2);
});
