/** What a deletion depends on, looked at live right before it. */
import type { Fact } from "../plan.ts";
import { isStop, learn, read, RETRY, type Steps, type Stop, stopFor, type Tools } from "./steps.ts";

/** @returns what stops the deletion: anything that is not as the plan needs it, or cannot be told. */
export function* establish(tools: Tools, fact: Fact): Steps<Stop | undefined> {
  if (fact.is === "none") {
    const [answer] = yield [{ verb: "list", resource: fact.kind, ...fact.among }];
    if (answer!.outcome !== "ok") return stopFor(answer!);
    for (const item of answer!.items ?? []) {
      const { object } = learn(tools, fact.kind, { ...answer!, object: item });
      if (fact.test(object!)) return RETRY;
    }
    return undefined;
  }
  const live = yield* read(tools, fact.kind, fact.key);
  if (isStop(live)) return live;
  const isSo = fact.is === "gone" ? live?.metadata.uid !== fact.uid : fact.test(live);
  return isSo ? undefined : RETRY;
}
