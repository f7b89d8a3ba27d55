import { assert, assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { composition } from "./composition.ts";
import { account, failureOf, repeat } from "./failure.ts";
import { draw, type Result } from "./history.ts";
import type { Composition } from "./replica.ts";
import { shrink } from "./shrink.ts";

/** An operator that forgets claims: no relation releases them. */
const careless: Composition = {
  ...composition,
  rules: {
    ...composition.rules,
    relations: composition.rules.relations.filter(({ child, onDelete }) =>
      child !== AddressClaim || onDelete !== "release"
    ),
  },
};

function firstFailure(): Result {
  for (let seed = 1;; seed++) {
    const result = draw(seed, { composition: careless });
    if (result.violation) return result;
  }
}

Deno.test("shrink() keeps what breaks the same invariant, and little else", () => {
  const failed = firstFailure(), short = shrink(failed, { tries: 400, composition: careless });
  assertEquals(short.violation?.id, failed.violation?.id);
  assert(
    short.actions.length < failed.actions.length / 4,
    `${short.actions.length} of ${failed.actions.length}`,
  );
});

Deno.test("a failure can be repeated from its file, and told", () => {
  const failed = firstFailure(), failure = JSON.parse(JSON.stringify(failureOf(failed)));
  assertEquals(repeat(failure, { composition: careless }).violation?.message, failed.violation?.message);
  const told = account(failure, { composition: careless });
  assert(told.includes(`${failed.violation?.id} is broken`) && told.includes(`seed ${failed.setting.seed}`));
});
