/** `/explain/subnet/NAME`: what is wanted for an object, what it waits for, what would be written, and what was. */
import type { Context } from "hono";
import { stringifyJson } from "../kube/json.ts";
import type { Engine } from "../reconcile/engine.ts";
import type { Key, Kind } from "../reconcile/kind.ts";
import type { Operator } from "../runtime/operator.ts";
import { describeCommit, describePlan, describeWrite, nameOf } from "./describe.ts";
import { type Explanation, explanationText } from "./explain_text.ts";
import { wantsJson } from "./wants_json.ts";

export function explanationOf(engine: Engine, kind: Kind, key: Key): Explanation {
  const explained = engine.explain(kind, key);
  return {
    object: nameOf(kind, key),
    exists: explained !== undefined,
    ...(explained?.plan ? { plan: describePlan(explained.plan) } : {}),
    writes: explained?.writes.map(describeWrite) ?? [],
    commits: engine.journal.of({ kind, key }).map(describeCommit),
  };
}

export function explain(c: Context, { engine, kinds }: Operator): Response {
  const { kind: asked = "", key = "" } = c.req.param();
  const kind = kinds.find((each) => each.kind.toLowerCase() === asked.toLowerCase() || each.plural === asked);
  if (!kind) {
    return c.text(
      `there is no kind ${asked}: ${kinds.map((each) => each.kind.toLowerCase()).join(", ")}\n`,
      404,
    );
  }
  const explanation = explanationOf(engine, kind, key);
  const isKnown = explanation.exists || explanation.commits.length > 0, status = isKnown ? 200 : 404;
  return wantsJson(c)
    ? c.body(stringifyJson(explanation), status, { "content-type": "application/json" })
    : c.text(explanationText(explanation), status);
}
