import { assert, assertEquals } from "@std/assert";
import type { Answer } from "../../kube/api.ts";
import { RETRY, type Stop } from "../../reconcile/apply/steps.ts";
import { Patience } from "../../reconcile/patience.ts";
import { Pod } from "../../crds/foreign.ts";

const answer: Answer = { outcome: "denied", status: 403, reason: "Forbidden", message: "" };
const REFUSED: Stop = { stop: "failed", answer };

const POD = { kind: Pod, key: "prod/a" };

/** What it asked the clock for, in milliseconds. */
function patience(): { patience: Patience; asked: number[] } {
  const asked: number[] = [];
  const after = (ms: number) => {
    asked.push(ms);
    return () => {};
  };
  return { patience: new Patience({ after, random: () => 0 }), asked };
}

Deno.test("what fails again rests longer each time, until something goes well", () => {
  const { patience: one, asked } = patience();
  for (let i = 0; i < 3; i++) one.fail(POD, RETRY, () => {});
  one.forgive(POD);
  one.fail(POD, RETRY, () => {});
  assertEquals(asked, [50, 100, 200, 50]);
});

Deno.test("a refusal after a long outage is the first refusal: it is not held against a key that the server was away", () => {
  const { patience: one, asked } = patience();
  for (let i = 0; i < 12; i++) one.fail(POD, RETRY, () => {});
  one.fail(POD, REFUSED, () => {});
  one.fail(POD, REFUSED, () => {});
  assertEquals(asked.slice(-2), [5_000, 10_000]);
  one.fail(POD, RETRY, () => {});
  assert(asked.at(-1)! > 10_000, "nor does a refusal end the outage");
});
