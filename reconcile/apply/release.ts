/**
 * Deleting what is not held any more. Check-then-delete is the root of the rare bugs, so every deletion has one of two reasons:
 *
 * - **stable facts**, read live after the version that will be deleted was known ("uid X is gone" stays true for ever);
 * - **a fence**: the object that might still publish it is written, and that write's own answer does not show it. Whoever
 *   wants to publish must know a version of that object from before its reads; after the fence that version is stale.
 *
 * Any answer other than yes or no keeps everything.
 */
import { keyOf } from "../kind.ts";
import type { Fence, Release } from "../plan.ts";
import { establish } from "./facts.ts";
import { mark } from "./hold.ts";
import {
  ask,
  isStop,
  read,
  remove,
  REPLAN,
  RETRY,
  type Steps,
  type Stop,
  stopFor,
  type Tools,
} from "./steps.ts";

export function* release(
  tools: Tools,
  { kind, object, because, fences = [], mark: marking = false }: Release,
): Steps<Stop | undefined> {
  for (const fact of because) {
    const stop = yield* establish(tools, fact);
    if (stop) return stop;
  }
  if (!marking) {
    const shown = yield* anyShows(tools, fences, object.metadata.uid);
    return shown === false ? yield* remove(tools, kind, object) : shown === true ? RETRY : shown;
  }
  const marked = yield* mark(tools, kind, { record: object, by: tools.replica });
  if (isStop(marked)) return marked;
  const shown = yield* anyShows(tools, fences, marked.metadata.resourceVersion);
  if (shown === false) return yield* remove(tools, kind, marked);
  if (shown !== true) return shown;
  const kept = yield* mark(tools, kind, { record: marked, by: "" });
  return isStop(kept) ? kept : REPLAN;
}

/** The first that still shows it ends the release. */
function* anyShows(tools: Tools, fences: readonly Fence[], value: string): Steps<boolean | Stop> {
  for (const each of fences) {
    const shown = yield* fence(tools, each, value);
    if (shown !== false) return shown;
  }
  return false;
}

/** Writes the object and says whether its answer shows what is to be released. A fence that is gone changes the plan. */
function* fence(tools: Tools, { kind, object, shows }: Fence, value: string): Steps<boolean | Stop> {
  const { uid } = object.metadata, key = keyOf(object);
  const answer = yield* ask(tools, kind, {
    verb: "merge",
    resource: kind,
    key,
    body: { metadata: { uid, annotations: { [tools.rules.register.withdrawn]: value } } },
    manager: `${tools.rules.operator}/mark`,
  });
  if (answer.outcome === "ok") return shows(answer.object!);
  if (answer.outcome !== "gone" && answer.outcome !== "conflict") return stopFor(answer);
  const live = yield* read(tools, kind, key);
  return isStop(live) ? live : REPLAN;
}
