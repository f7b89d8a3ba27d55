/**
 * One start of a reader, in a process of its own: `deno run -A bench/starting.ts (operator|floor) <url>` prints its figures as JSON.
 *
 * `floor` reads and parses the same lists and keeps what the operator keeps of them; `operator` also builds its register and
 * looks at every object once.
 */
import { kinds } from "../crds/mod.ts";
import { projections } from "../crds/projections.ts";
import { rules } from "../crds/rules.ts";
import { seeds, tables } from "../controllers/mod.ts";
import type { Client } from "../kube/api.ts";
import { createClient } from "../kube/client.ts";
import { Transport } from "../kube/transport.ts";
import type { Obj } from "../reconcile/kind.ts";
import { runtimeEnv } from "../runtime/env.ts";
import { Operator } from "../runtime/operator.ts";
import { residentMb } from "./rig.ts";

/** What one start took. */
export interface Start {
  readonly seconds: number;
  /** Until all lists were complete: from then on new pods are served, before what was there already is looked at. */
  readonly readySeconds: number;
  /** The longest time for which nothing else could run. */
  readonly stallMs: number;
  readonly residentMb: number;
}

const env = runtimeEnv();

async function readLists(client: Client, ready: () => void): Promise<void> {
  const kept: Obj[] = [];
  await Promise.all(kinds.map(async (kind) => {
    const { items = [] } = await client.send({ verb: "list", resource: kind });
    for (const item of items) kept.push(kind.trim ? kind.trim(item) : item);
  }));
  ready();
}

async function operate(client: Client, ready: () => void): Promise<void> {
  const definition = { rules, kinds, tables, projections, seeds: seeds() };
  const operator = new Operator({ definition, client, env, replica: "bench" });
  operator.start();
  while (operator.engine.unsynced.length > 0) await env.sleep(5);
  ready();
  while (!operator.isSettled) await env.sleep(5);
}

async function measured(work: (ready: () => void) => Promise<void>): Promise<Start> {
  let stallMs = 0, last = env.now(), readySeconds = 0;
  const beat = setInterval(() => {
    stallMs = Math.max(stallMs, env.now() - last - 5);
    last = env.now();
  }, 5);
  const began = env.now();
  await work(() => readySeconds = (env.now() - began) / 1000);
  const seconds = (env.now() - began) / 1000;
  clearInterval(beat);
  return { seconds, readySeconds, stallMs, residentMb: residentMb() };
}

const [what, server = ""] = Deno.args;
const credentials = { identity: () => Promise.resolve({}), renew: () => Promise.resolve({}) };
const transport = new Transport({ server, caCerts: [], credentials, namespace: "default" }, { env });
const client = createClient(transport, { env });
console.log(
  JSON.stringify(
    await measured((ready) => what === "floor" ? readLists(client, ready) : operate(client, ready)),
  ),
);
Deno.exit(0);
