import { assertEquals } from "@std/assert";
import { explore } from "./explore.ts";
import { startBoth } from "./pair.ts";

const OPERATIONS = 10_000;

Deno.test("sandbox and API server give the same answers and events to random operations", async () => {
  await using both = await startBoth();
  const found = await explore(both, { operations: OPERATIONS, seed: 1, log: console.log });
  console.log(`${OPERATIONS} operations, ${found} histories with a difference`);
  assertEquals(found, 0);
});
