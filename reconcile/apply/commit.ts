/**
 * All writes of one subject, one after the other; the first that fails stops the rest of that subject only.
 *
 * The only code that writes, and the only code that knows an order.
 */
import { keyOf, type Obj } from "../kind.ts";
import type { Hold } from "../plan.ts";
import type { Phase, Write } from "../write.ts";
import { annotate } from "./annotate.ts";
import { confirm } from "./confirm.ts";
import { census, guard, unguard } from "./guard.ts";
import { type Held, hold, isHeldRecord } from "./hold.ts";
import { confirmParents } from "./parents.ts";
import { release } from "./release.ts";
import { report } from "./status.ts";
import {
  ask,
  body,
  isStop,
  read,
  REPLAN,
  RETRY,
  type Steps,
  type Stop,
  stopFor,
  type Tools,
  write,
} from "./steps.ts";

/** How a commit ended: through, or stopped in that phase. */
export interface Outcome {
  readonly stop: Stop | undefined;
  readonly phase: Phase | undefined;
}

export function* commit(tools: Tools, writes: readonly Write[]): Steps<Outcome> {
  const sofar: Sofar = { held: new Map(), applied: new Map() };
  for (const w of writes) {
    const stop = yield* perform(tools, w, sofar);
    if (stop) return { stop, phase: w.phase };
  }
  return { stop: undefined, phase: undefined };
}

/** What the earlier writes of a commit were answered. */
interface Sofar {
  readonly held: Map<Hold, Held>;
  /** By uid. */
  readonly applied: Map<string, Obj>;
}

function* perform(tools: Tools, w: Write, { held, applied }: Sofar): Steps<Stop | undefined> {
  switch (w.phase) {
    case "format":
      return yield* format(tools, w);
    case "guard":
      return yield* guard(tools, w.kind, w.object);
    case "census":
      return yield* census(tools, w.kind, w.object);
    case "hold": {
      const taken = yield* hold(tools, w.hold);
      if (!isHeldRecord(taken)) return taken;
      held.set(w.hold, taken);
      return undefined;
    }
    case "confirm": {
      const records = w.holds.map((h) => [h, held.get(h) ?? { record: h.met!, final: false }] as const);
      return (yield* confirm(tools, records)) ?? (yield* confirmParents(tools, w.claims));
    }
    case "claim":
      return yield* exclusive(tools, w);
    case "apply": {
      const answer = yield* apply(tools, w);
      if (isStop(answer)) return answer;
      applied.set(answer.metadata.uid, answer);
      return undefined;
    }
    case "annotate":
      return yield* annotate(tools, w);
    case "report":
      return yield* report(tools, w, applied.get(w.object.metadata.uid) ?? w.object);
    case "release":
      return yield* release(tools, w);
    case "unguard":
      return yield* unguard(tools, w);
  }
}

/** POST, and the parents read live after it; met by another of that name, the next plan goes on with what stands there. */
function* exclusive(
  tools: Tools,
  { entry: [kind, intent] }: Extract<Write, { phase: "claim" }>,
): Steps<Stop | undefined> {
  const { manager } = tools;
  const answer = yield* ask(tools, kind, {
    verb: "create",
    resource: kind,
    body: body(kind, intent),
    manager,
  });
  if (answer.outcome === "ok") return yield* confirmParents(tools, [[kind, intent]]);
  if (answer.outcome !== "conflict" && answer.outcome !== "unknown") return stopFor(answer);
  const live = yield* read(tools, kind, keyOf(intent));
  return isStop(live) ? live : live === undefined ? RETRY : REPLAN;
}

function* apply(
  tools: Tools,
  { entry: [kind, intent], uid, resourceVersion }: Extract<Write, { phase: "apply" }>,
): Steps<Obj | Stop> {
  const { manager } = tools;
  const preconditions = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
  return yield* write(tools, kind, {
    verb: "apply",
    resource: kind,
    body: body(kind, intent, preconditions),
    manager,
    force: true,
  });
}

/** A merge patch under the version that was read: an apply would take every field over, and undo an edit that came in between. */
function* format(
  tools: Tools,
  { kind, object, spec }: Extract<Write, { phase: "format" }>,
): Steps<Stop | undefined> {
  const { uid, resourceVersion } = object.metadata;
  const completed = yield* write(tools, kind, {
    verb: "merge",
    resource: kind,
    key: keyOf(object),
    body: { metadata: { uid, resourceVersion }, spec },
    manager: tools.manager,
  });
  return isStop(completed) ? completed : undefined;
}
