import { assertEquals } from "@std/assert";
import { tally } from "../../tools/testing/tally.ts";

Deno.test("a tally adds up all runs of an output", () => {
  const output =
    "x ... ok (1ms)\nok | 12 passed | 0 failed (1s)\nok | 3 passed (7 steps) | 0 failed | 1 ignored (84ms)\n";
  assertEquals(tally(output, 0), { passed: 15, failed: 0 });
});

Deno.test("a tally counts failed tests", () => {
  assertEquals(tally("FAILED | 3 passed (1 step) | 2 failed (1s)\n", 1), { passed: 3, failed: 2 });
});

Deno.test("a runner that breaks without a failed test counts as one failure", () => {
  assertEquals(tally("error: SyntaxError: Expression expected\n", 1), { passed: 0, failed: 1 });
  assertEquals(tally("ok | 5 passed | 0 failed (1s)\n", 139), { passed: 5, failed: 1 });
});

Deno.test("a summary quoted inside a line is not counted", () => {
  assertEquals(tally("  expected ok | 5 passed | 0 failed\n", 0), { passed: 0, failed: 0 });
});
