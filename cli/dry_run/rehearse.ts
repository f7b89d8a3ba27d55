/** What the operator would do, found out by letting it do so: on a copy of the cluster, in this process. */
import type { Client, Json } from "../../kube/api.ts";
import { keyOf } from "../../kube/resource.ts";
import type { Key, Kind } from "../../reconcile/kind.ts";
import { isQuestion } from "../../reconcile/questions.ts";
import { verdictsOf } from "../../reconcile/report.ts";
import { runtimeEnv } from "../../runtime/env.ts";
import { type Definition, Operator } from "../../runtime/operator.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import type { ApiServer } from "../../sandbox/server.ts";
import { untilQuiet } from "../until_quiet.ts";

/** One object that would be created, changed or deleted. */
export interface Change {
  readonly kind: string;
  readonly key: Key;
  /** Undefined: it would be created. */
  readonly before: Json | undefined;
  /** Undefined: it would be deleted. */
  readonly after: Json | undefined;
}

/** One object that would wait, or be refused, and why. */
export interface Refusal {
  readonly kind: string;
  readonly key: Key;
  readonly reason: string;
  readonly message: string;
}

export interface Rehearsal {
  /** In the order in which they would first be written. */
  readonly changes: readonly Change[];
  readonly refusals: readonly Refusal[];
}

export interface RehearseOptions {
  readonly definition: Definition;
  /** Changed: it holds the copy. */
  readonly server: ApiServer;
  /** The cluster that it is a copy of: it alone knows who may do what, and is asked. */
  readonly original?: Client;
  readonly signal: AbortSignal;
}

/** Nothing but `server` is written. */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const { definition, server, signal } = options;
  const env = runtimeEnv(), start = server.log.length, client = clientOf(options);
  const operator = new Operator({ definition, client, env, replica: "dry-run" });
  operator.start();
  await untilQuiet(server, { env, operator, signal });
  await operator.stop();
  return { changes: changesSince(server, start), refusals: [...refusalsOf(operator)] };
}

/** A question is not a write: it is asked where the answer is known. */
function clientOf({ server, original }: RehearseOptions): Client {
  const copy = new SandboxClient(server);
  return {
    send: (request) => (original && isQuestion(request) ? original : copy).send(request),
    watch: (resource, options) => copy.watch(resource, options),
  };
}

function changesSince(server: ApiServer, start: number): Change[] {
  const changes = new Map<string, Change>();
  for (const { type, kind, key, object, previous } of server.log.slice(start)) {
    if (kind.kind === "Event") continue;
    const id = `${kind.kind} ${key}`;
    const { before } = changes.get(id) ?? { before: previous };
    changes.set(id, { kind: kind.kind, key, before, after: type === "DELETED" ? undefined : object });
  }
  return [...changes.values()].filter(({ before, after }) => before !== undefined || after !== undefined);
}

function* refusalsOf({ engine, kinds }: Operator): Iterable<Refusal> {
  for (const kind of kinds) {
    for (const object of [...engine.view.list(kind)]) yield* refusalOf(engine, kind, keyOf(object));
  }
}

function* refusalOf(engine: Operator["engine"], kind: Kind, key: Key): Iterable<Refusal> {
  const plan = engine.explain(kind, key)?.plan;
  if (!plan) return;
  const bad = Object.entries(verdictsOf(plan)).find(([type, { status }]) =>
    type === "Ready" && status === "False"
  );
  if (!bad) return;
  const [, { reason, message }] = bad;
  yield { kind: kind.kind, key, reason, message };
}
