/**
 * The applier as a sequence of steps: a generator that yields requests and is given their answers.
 *
 * Who drives it decides what happens in between: a process sends them over the network, a simulation lets other
 * replicas act first, a lost line eats an answer. The code is the same.
 */
import type { Answer, Request } from "../../kube/api.ts";
import { type Key, keyOf, type Kind, type Obj } from "../kind.ts";
import type { Rules } from "../rules.ts";
import type { Store } from "../store.ts";

/** Requests yielded together may be under way together; their answers come back in the same order. */
export type Steps<T> = Generator<readonly Request[], T, readonly Answer[]>;

/**
 * Why a subject's writes end before they are through.
 *
 * - `replan`: the answer is news, and the view has it now.
 * - `retry`: it did not happen; again, with backoff.
 * - `later`: the API server asked for a pause.
 * - `failed`: denied or invalid; again when the object changes, and seldom in between.
 */
export type Stop =
  | { readonly stop: "replan" | "retry" }
  | { readonly stop: "later"; readonly ms: number }
  | { readonly stop: "failed"; readonly answer: Answer };

export const REPLAN: Stop = { stop: "replan" };
export const RETRY: Stop = { stop: "retry" };

export const isStop = (x: Obj | Stop | undefined): x is Stop => x !== undefined && "stop" in x;

/** What every step works with. */
export interface Tools {
  readonly rules: Rules;
  readonly store: Store;
  /** Field manager of this subject's table: `<operator>/<table>`. */
  readonly manager: string;
  /** Name of this process: what a mark says. */
  readonly replica: string;
  /** ISO time for conditions. */
  readonly now: () => string;
}

/** Sends one request; an object in the answer is in the view at once. */
export function* ask(tools: Tools, kind: Kind, request: Request): Steps<Answer> {
  const [answer] = yield [request];
  return learn(tools, kind, answer!);
}

export function learn(tools: Tools, kind: Kind, answer: Answer): Answer {
  if (answer.outcome !== "ok" || !answer.object?.metadata?.uid) return answer;
  const object = kind.trim ? kind.trim(answer.object) : answer.object;
  tools.store.acknowledge(kind, object);
  return { ...answer, object };
}

/** A live read. `undefined`: it is not there, and the view knows. */
export function* read(tools: Tools, kind: Kind, key: Key): Steps<Obj | Stop | undefined> {
  const before = tools.store.get(kind, key)?.metadata.uid;
  const answer = yield* ask(tools, kind, { verb: "get", resource: kind, key });
  if (answer.outcome === "ok") return answer.object!;
  if (answer.outcome !== "gone") return stopFor(answer);
  tools.store.acknowledgeGone(kind, key, before);
  return undefined;
}

/** Sends a write of one object. Whatever is not a plain success is looked at live, so that the next plan knows. */
export function* write(
  tools: Tools,
  kind: Kind,
  request: Request & { key?: Key; body?: unknown },
): Steps<Obj | Stop> {
  const answer = yield* ask(tools, kind, request);
  if (answer.outcome === "ok") return answer.object!;
  if (answer.outcome === "conflict" || answer.outcome === "unknown" || answer.outcome === "gone") {
    const seen = yield* read(tools, kind, request.key ?? keyOf(request.body as Obj));
    return isStop(seen) ? seen : REPLAN;
  }
  return stopFor(answer);
}

/** Deletes exactly this version of this object. */
export function* remove(tools: Tools, kind: Kind, object: Obj): Steps<Stop | undefined> {
  const { uid, resourceVersion } = object.metadata, key = keyOf(object);
  const answer = yield* ask(tools, kind, { verb: "delete", resource: kind, key, uid, resourceVersion });
  if (answer.outcome === "ok") {
    tools.store.acknowledgeLeaving(object);
    return undefined;
  }
  if (answer.outcome === "conflict" || answer.outcome === "unknown" || answer.outcome === "gone") {
    const seen = yield* read(tools, kind, key);
    return isStop(seen) ? seen : REPLAN;
  }
  return stopFor(answer);
}

/** What becomes of a subject whose write or read was answered so. */
export function stopFor(answer: Answer): Stop {
  switch (answer.outcome) {
    case "ok":
    case "conflict":
    case "gone":
      return REPLAN;
    case "throttled":
      return { stop: "later", ms: answer.retryAfterMs ?? 1000 };
    case "denied":
    case "invalid":
      return { stop: "failed", answer };
    case "unknown":
    case "transient":
      return RETRY;
  }
}

/** `{ apiVersion, kind, ...intent }`, with the uid that turns an apply into an update and nothing else. */
export function body(
  kind: Kind,
  intent: { readonly metadata: object },
  preconditions: { readonly uid?: string; readonly resourceVersion?: string } = {},
) {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    ...intent,
    metadata: { ...intent.metadata, ...preconditions },
  };
}
