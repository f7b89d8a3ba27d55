/** How scenarios are chosen, played and shown; what they say of the product is in scenarios_test.ts. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { SandboxClient } from "../../sandbox/client.ts";
import { sandbox } from "../sandbox/sandbox.ts";
import { all, chosen } from "./all.ts";
import { controllerOf, type Ground } from "./cluster.ts";
import { playAll } from "./play.ts";
import { scenario } from "./scenario.ts";
import { lineOf, summary } from "./table.ts";

const ground = (): Promise<Ground> =>
  Promise.resolve({
    client: new SandboxClient(sandbox()),
    complaints: () => Promise.resolve(""),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });

const controller = {
  away: <T>(act: () => Promise<T>) => act(),
  crash: () => Promise.resolve(),
  worked: () => performance.now(),
};

Deno.test("scenarios: none is missing of the founding failures, and no id is there twice", () => {
  const of = (group: string) =>
    all.filter(({ id }) => id.startsWith(`${group}.`)).map(({ id }) => Number(id.slice(3)));
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
  for (const [group, count] of Object.entries({ F0: 14, F1: 13, F2: 10, F3: 12, F4: 12 })) {
    assertEquals(of(group), upTo(count), group);
  }
  assertEquals(new Set(all.map(({ id }) => id)).size, all.length);
});

Deno.test("scenarios: chosen by group and by id; what nobody has is an error", () => {
  assertEquals(chosen(["F1.1"]).map(({ id }) => id), ["F1.1"]);
  assertEquals(chosen(["f3"]).length, 12);
  assertEquals(chosen(["#4304", "F0.2"]).map(({ id }) => id), ["F0.2", "#4304"]);
  assertThrows(() => chosen(["F9"]), Error, "There is no scenario F9.");
});

Deno.test("scenarios: one that fails says why, and those after it are played", async () => {
  const results = await Promise.all(playAll([
    scenario(
      "F0.1",
      "fails",
      (s) => s.create({ kind: "Pod", apiVersion: "v1", metadata: { name: "NOT A NAME" } }),
    ),
    scenario(
      "F0.2",
      "names a kind that is not in the table",
      (s) => s.create({ kind: "ConfigMap", apiVersion: "v1", metadata: { name: "none" } }),
    ),
    scenario("F0.3", "is not there yet", () => Promise.resolve(), { notYet: "no such kind" }),
  ], ground()));
  assertEquals(results.map(({ verdict }) => verdict), ["failed", "failed", "not yet"]);
  assertStringIncludes(results[0]!.why, "Pod NOT A NAME:");
  assertEquals(results[1]!.why, "no scenario speaks of ConfigMap");
  assertEquals(summary(results).split("\n")[0], "0 passed, 2 failed, 1 not yet");
});

Deno.test("scenarios: those that stop the controller come after the others, and one that must be alone is alone", async () => {
  const order: string[] = [];
  const noted = (id: string, traits = {}) =>
    scenario(id, id, async () => {
      order.push(`${id} begins`);
      await Promise.resolve();
      order.push(`${id} ends`);
    }, traits);
  const scenarios = [noted("alone", { alone: true }), noted("stopping", { stops: true }), noted("steady")];
  await Promise.all(playAll(scenarios, ground().then((it) => ({ ...it, controller }))));
  const played = ["steady", "stopping", "alone"].flatMap((id) => [`${id} begins`, `${id} ends`]);
  assertEquals(order, played);
});

Deno.test("scenarios: on a cluster of others those are passed over that would stop their controller", async () => {
  const [result] = await Promise.all(
    playAll([scenario("F0.7", "x", () => Promise.resolve(), { stops: true })], ground()),
  );
  assertEquals([result!.verdict, result!.why], [
    "passed over",
    "it stops the controller, which is not ours here",
  ]);
});

Deno.test("scenarios: what a scenario made is removed, in whatever way it ends", async () => {
  const own = await ground();
  const [result] = await Promise.all(playAll([
    scenario("F0.1", "x", async (s) => {
      await s.create({ kind: "Node", apiVersion: "v1", metadata: { name: "extra" } });
      throw new Error("stumbled");
    }),
  ], Promise.resolve(own)));
  assertEquals(result!.why, "stumbled");
  const resource = { apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false };
  assertEquals((await own.client.send({ verb: "get", resource, key: "extra" })).outcome, "gone");
});

Deno.test("scenarios: a line has id, verdict, time and sentence, each below the other, and the reason below them", () => {
  const result = {
    id: "F2.1",
    sentence: "a list",
    ours: true,
    verdict: "failed" as const,
    seconds: 1.25,
    why: "one\ntwo",
  };
  assertEquals(lineOf(result, 6), "F2.1    failed         1.3 s  a list *\n        one\n        two");
});

Deno.test("scenarios: whoever asks before the controller goes shares its absence, whoever asks later waits for the next", async () => {
  const log: string[] = [];
  const note = (what: string) => Promise.resolve(void log.push(what));
  const operator = { start: () => note("start"), stop: () => note("stop"), kill: () => note("kill") };
  const { away } = controllerOf(operator, 0);
  let late: Promise<void> | undefined;
  const first = away(async () => {
    await note("first");
    late = away(() => note("late"));
  });
  await Promise.all([first, away(() => note("second"))]);
  await late;
  assertEquals(log, ["stop", "first", "second", "start", "stop", "late", "start"]);
});
