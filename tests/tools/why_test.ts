import { assertEquals } from "@std/assert";
import { failedTests, why } from "../../tools/testing/why.ts";

const RUN = `good ... ok (1ms)
bad ... FAILED (2ms)

 ERRORS 

bad => ./tests/x_test.ts:1:1
error: Error: no

 FAILURES 

bad => ./tests/x_test.ts:1:1
worse => ./tests/x_test.ts:9:1

FAILED | 1 passed | 2 failed (1s)
`;

Deno.test("of a test run only what failed is told, not what went well before it", () => {
  assertEquals(why(RUN), RUN.slice(RUN.indexOf("ERRORS")).trim());
});

Deno.test("of a run that broke without a failed test the last lines are told", () => {
  const output = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join("");
  assertEquals(why(output).split("\n").at(0), "line 40");
  assertEquals(why(output).split("\n").at(-1), "line 99");
});

Deno.test("the tests that failed are named with their place", () => {
  assertEquals(failedTests(RUN), ["bad => ./tests/x_test.ts:1:1", "worse => ./tests/x_test.ts:9:1"]);
  assertEquals(failedTests("ok | 5 passed | 0 failed (1s)\n"), []);
});
