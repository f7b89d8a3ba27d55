import { assertEquals, assertRejects } from "@std/assert";
import { schedule } from "../../tools/testing/schedule.ts";
import type { Result, Stage } from "../../tools/testing/stage.ts";

const stage = (name: string, after?: string): Stage => ({ name, deno: [], ...(after ? { after } : {}) });

/** Stages end when told to, so that the test decides the order. */
function stages() {
  const ends = new Map<string, (result: Result) => void>();
  const started: string[] = [];
  const run = ({ name }: Stage) => {
    started.push(name);
    return new Promise<Result>((resolve) => ends.set(name, resolve));
  };
  const end = async (name: string, { passed = 1, failed = 0 } = {}) => {
    ends.get(name)?.({ passed, failed, output: "", seconds: 0 });
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  return { run, started, end };
}

Deno.test("no more stages run at a time than there is room for", async () => {
  const { run, started, end } = stages();
  const total = schedule([stage("a"), stage("b"), stage("c")], { width: 2, run });
  assertEquals(started, ["a", "b"]);
  await end("b");
  assertEquals(started, ["a", "b", "c"]);
  await end("a");
  await end("c");
  assertEquals(await total, { passed: 3, failed: 0 });
});

Deno.test("a stage waits for the one it comes after, others overtake it", async () => {
  const { run, started, end } = stages();
  const total = schedule([stage("build"), stage("tests", "build"), stage("lint")], { width: 2, run });
  assertEquals(started, ["build", "lint"]);
  await end("lint");
  assertEquals(started, ["build", "lint"]);
  await end("build");
  assertEquals(started, ["build", "lint", "tests"]);
  await end("tests", { passed: 40 });
  assertEquals(await total, { passed: 42, failed: 0 });
});

Deno.test("a stage whose predecessor failed is not run and counts as failed", async () => {
  const { run, started, end } = stages();
  const ended: string[] = [];
  const total = schedule([stage("build"), stage("tests", "build"), stage("more", "tests")], {
    width: 2,
    run,
    ended: ({ name }) => ended.push(name),
  });
  await end("build", { passed: 0, failed: 1 });
  assertEquals(await total, { passed: 0, failed: 3 });
  assertEquals(started, ["build"]);
  assertEquals(ended, ["build", "tests", "more"]);
});

Deno.test("a stage that needs all places runs alone, and is overtaken until they are free", async () => {
  const { run, started, end } = stages();
  const wide = { ...stage("histories"), places: 2 };
  const total = schedule([stage("a"), wide, stage("b"), stage("c")], { width: 2, run });
  assertEquals(started, ["a", "b"]);
  await end("a");
  assertEquals(started, ["a", "b", "c"]);
  await end("b");
  await end("c");
  assertEquals(started, ["a", "b", "c", "histories"]);
  await end("histories");
  assertEquals(await total, { passed: 4, failed: 0 });
});

Deno.test("a stage that comes after an unknown one is refused", async () => {
  await assertRejects(
    () => schedule([stage("tests", "build")], { width: 2, run: stages().run }),
    Error,
    "stage tests comes after build",
  );
});
