import { assertEquals } from "@std/assert";
import { Inbox } from "../../runtime/inbox.ts";

const parts = (taken: string[], ...names: string[]) => names.map((name) => () => void taken.push(name));

Deno.test("Inbox takes one part per step in, and what was added later after it", () => {
  const inbox = new Inbox(), taken: string[] = [];
  inbox.add(parts(taken, "a1", "a2"));
  inbox.add(parts(taken, "b1"));
  inbox.step();
  assertEquals(taken, ["a1"]);
  while (inbox.step());
  assertEquals(taken, ["a1", "a2", "b1"]);
  assertEquals([inbox.size, inbox.step()], [0, false]);
});

Deno.test("Inbox keeps the order over thousands of items", () => {
  const inbox = new Inbox(), taken: string[] = [];
  for (let i = 0; i < 2500; i++) {
    inbox.add(parts(taken, String(i)));
    if (i % 3 === 0) inbox.step();
  }
  while (inbox.step());
  assertEquals(taken, Array.from({ length: 2500 }, (_, i) => String(i)));
});
