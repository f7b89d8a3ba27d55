/** `/healthz`: should this process be restarted? `/readyz`: does it know enough to decide? */
import type { Context } from "hono";
import type { Operator } from "../runtime/operator.ts";
import type { Watched } from "../runtime/watching.ts";
import { wantsJson } from "./wants_json.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
}

/** A watch answers or fails within two minutes, and is begun again within seconds. */
const STUCK_MS = 5 * 60_000;
/** API servers send a bookmark about once a minute. */
const SILENT_MS = 3 * 60_000;

/** That this is answered at all shows that the event loop moves. An API server that does not answer is no reason to restart. */
export function healthz(c: Context, operator: Operator): Response {
  return respond(c, "healthz", [
    { name: "event loop", ok: true, message: "moves" },
    ...operator.watched.map(({ kind, namespace, triedMs }) => ({
      name: `watch ${place(kind.kind, namespace)}`,
      ok: triedMs < STUCK_MS,
      message: `moved ${seconds(triedMs)} ago`,
    })),
  ]);
}

/** Followers are ready as well: their caches are what makes the next leader quick. */
export function readyz(c: Context, operator: Operator): Response {
  const unsynced = new Set(operator.engine.unsynced.map(({ kind }) => kind));
  const { leader, isLeading } = operator;
  return respond(c, "readyz", [
    ...operator.watched.map((watched) => cache(watched, unsynced.has(watched.kind.kind))),
    { name: "role", ok: true, message: isLeading ? "leader" : `follower of ${leader || "nobody yet"}` },
  ]);
}

const place = (kind: string, namespace: string | undefined) =>
  namespace === undefined ? kind : `${kind} in ${namespace}`;

function cache({ kind, namespace, problem, heardMs }: Watched, isUnsynced: boolean): Check {
  const name = `cache ${place(kind.kind, namespace)}`;
  if (kind.optional && problem?.status === 404) {
    return { name, ok: true, message: "not served, and not needed" };
  }
  if (isUnsynced || heardMs > SILENT_MS) return { name, ok: false, message: trouble(kind, problem, heardMs) };
  return { name, ok: true, message: problem ? `complete, but ${problem.message}` : "complete" };
}

function trouble(kind: Watched["kind"], problem: Watched["problem"], heardMs: number): string {
  if (problem?.status === 404) {
    return `${kind.apiVersion} ${kind.kind} is not served: install the CRDs (deno task crds, or crds/yaml)`;
  }
  if (problem) return `${problem.status === 0 ? "no answer" : problem.status}: ${problem.message}`;
  return heardMs > SILENT_MS ? `nothing was heard for ${seconds(heardMs)}` : "is being read";
}

function respond(c: Context, name: string, checks: readonly Check[]): Response {
  const ok = checks.every((check) => check.ok), status = ok ? 200 : 503;
  if (wantsJson(c)) return c.json({ ok, checks }, status);
  // The form of the API server's own endpoints.
  const lines = checks.map((check) => `[${check.ok ? "+" : "-"}]${check.name}: ${check.message}`);
  return c.text(`${lines.join("\n")}\n${name} check ${ok ? "passed" : "failed"}\n`, status);
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
