/**
 * What may go wrong between a client and the server, as data; whoever schedules requests decides which, and when.
 *
 * Delays need no fault: a scheduler executes a request late, or hands its answer over late.
 */
import type { Get, Json, Request } from "../kube/api.ts";
import type { RawAnswer } from "../kube/outcome.ts";
import { splitKey } from "../kube/resource.ts";
import { stateAt } from "./history.ts";
import { notFound } from "./refusal.ts";
import { matcher } from "./selector.ts";
import type { ApiServer } from "./server.ts";

export type Fault =
  /** The request never arrives. */
  | { readonly fault: "lost" }
  /** It is carried out, and the answer never arrives. */
  | { readonly fault: "unanswered" }
  /** It is refused, without being carried out. */
  | {
    readonly fault: "refused";
    readonly status: 409 | 410 | 429 | 500 | 503 | 504;
    readonly retryAfter?: number;
  }
  /** A list or get is answered with the state of an earlier version. */
  | { readonly fault: "stale"; readonly rv: number }
  /** A list is answered with nothing in it. */
  | { readonly fault: "empty" };

/** Probability of each, per request; the rest goes through. Those that do not fit the verb are left out. */
export type Rates = Readonly<Partial<Record<Fault["fault"], number>>>;

const REFUSALS = [409, 429, 500, 503, 504] as const;
const REASONS: Readonly<Record<number, string>> = {
  409: "Conflict",
  410: "Expired",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** The answer to a request under a fault; status 0 where none arrives. */
export function answer(server: ApiServer, request: Request, fault?: Fault): RawAnswer {
  switch (fault?.fault) {
    case undefined:
      return server.execute(request);
    case "lost":
      return { status: 0, body: undefined };
    case "unanswered":
      server.execute(request);
      return { status: 0, body: undefined };
    case "refused":
      return refusal(fault.status, fault.retryAfter);
    case "empty":
      return { status: 200, body: { ...server.execute(request).body, items: [] } };
    case "stale":
      return stale(server, request, fault.rv);
  }
}

/** Draws a fault for a request. @param random in [0, 1), one call per kind of fault and one for its details. */
export function draw(
  rates: Rates,
  { verb }: Request,
  { random, version }: { random: () => number; version: number },
): Fault | undefined {
  for (const fault of ["lost", "unanswered", "refused", "stale", "empty"] as const) {
    const rate = rates[fault] ?? 0;
    if (rate === 0 || random() >= rate || !fits(fault, verb)) continue;
    if (fault === "refused") return { fault, status: REFUSALS[Math.floor(random() * REFUSALS.length)]! };
    if (fault === "stale") return { fault, rv: Math.floor(random() * (version + 1)) };
    return { fault };
  }
  return undefined;
}

function fits(fault: Fault["fault"], verb: Request["verb"]): boolean {
  if (fault === "empty") return verb === "list";
  return fault !== "stale" || verb === "list" || verb === "get";
}

function refusal(status: number, retryAfter?: number): RawAnswer {
  const body: Json = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "injected",
    reason: REASONS[status] ?? "",
    code: status,
  };
  return { status, body, ...(retryAfter === undefined ? {} : { retryAfter: String(retryAfter) }) };
}

function stale(server: ApiServer, request: Request, rv: number): RawAnswer {
  const kind = server.kindOf(request.resource);
  const objects = stateAt(server.store.collection(kind), rv);
  if (request.verb === "list") {
    const matches = matcher(kind, request);
    const items = [...objects.values()].filter((object) => !matches || matches(object));
    const metadata = { resourceVersion: String(rv) };
    return { status: 200, body: { kind: kind.listKind, apiVersion: kind.apiVersion, metadata, items } };
  }
  const { key } = request as Get;
  const object = objects.get(key);
  if (object === undefined) return { status: 404, body: notFound(kind, splitKey(key)[1]).status() };
  return { status: 200, body: object };
}
