/** Plays scenarios, several at once: most of their time is waiting. */
import type { Json } from "../../kube/api.ts";
import type { Ground } from "./cluster.ts";
import { inTurn } from "./in_turn.ts";
import { resourceOf } from "./resources.ts";
import type { Scenario } from "./scenario.ts";
import { Stage } from "./stage.ts";

export type Verdict = "passed" | "failed" | "not yet" | "passed over";

export interface Result {
  readonly id: string;
  readonly sentence: string;
  readonly ours: boolean;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** Why it failed, cannot be played yet, or not here. */
  readonly why: string;
}

const AT_ONCE = 12;

/**
 * Those that stop the controller come after all others, and those that must be alone one by one in the end.
 *
 * @returns their results in the order given; each is there as soon as it is known.
 */
export function playAll(scenarios: readonly Scenario[], ground: Promise<Ground>): readonly Promise<Result>[] {
  const results = scenarios.map(() => Promise.withResolvers<Result>());
  const numbered = [...scenarios.entries()];
  const play = async ([i, scenario]: readonly [number, Scenario]) => {
    await playOne(scenario, ground).then(results[i]!.resolve, results[i]!.reject);
  };
  (async () => {
    const [alone, together] = parted(numbered, ([, scenario]) => scenario.alone);
    const [stopping, steady] = parted(together, ([, scenario]) => scenario.stops);
    await inTurn(steady, AT_ONCE, play);
    await inTurn(stopping, AT_ONCE, play);
    await inTurn(alone, 1, play);
  })();
  return results.map(({ promise }) => promise);
}

function parted<T>(all: readonly T[], is: (one: T) => boolean | undefined): readonly [T[], T[]] {
  return [all.filter((one) => is(one)), all.filter((one) => !is(one))];
}

async function playOne(scenario: Scenario, ground: Promise<Ground>): Promise<Result> {
  const { id, sentence, ours = false, notYet, play } = scenario, common = { id, sentence, ours };
  if (notYet !== undefined) return { ...common, verdict: "not yet", seconds: 0, why: notYet };
  const obstacle = await obstacleTo(scenario, await ground);
  if (obstacle) return { ...common, verdict: "passed over", seconds: 0, why: obstacle };
  const stage = new Stage(await ground), began = performance.now();
  const after = () => (performance.now() - began) / 1000;
  try {
    await stage.open();
    await play(stage);
    return { ...common, verdict: "passed", seconds: after(), why: "" };
  } catch (error) {
    return {
      ...common,
      verdict: "failed",
      seconds: after(),
      why: error instanceof Error ? error.message : `${error}`,
    };
  } finally {
    await stage.close();
  }
}

async function obstacleTo(
  { stops, alone, needs = [] }: Scenario,
  { client, controller }: Ground,
): Promise<string | undefined> {
  if (stops && !controller) return "it stops the controller, which is not ours here";
  if (alone && !controller) return "it takes away what everybody needs";
  for (const kind of needs) {
    const { outcome, message } = await client.send({ verb: "list", resource: resourceOf(kind) as Json });
    if (outcome !== "ok") return `the cluster does not serve ${kind}: ${message}`;
  }
}
