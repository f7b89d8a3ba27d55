/** `dev` without a cluster: the operator over HTTP on a sandbox, with a small example. */
import { cadastre } from "../../main.ts";
import { aborted } from "../../runtime/aborted.ts";
import type { Address } from "../../runtime/configuration.ts";
import { runtimeEnv } from "../../runtime/env.ts";
import { Operator } from "../../runtime/operator.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import type { ApiServer } from "../../sandbox/server.ts";
import { equip } from "../../web/equip.ts";
import { serve } from "../../web/serve.ts";
import { applyAll, readManifests } from "../manifests.ts";
import { table } from "../table.ts";
import { untilQuiet } from "../until_quiet.ts";
import { compare, isMet } from "./expected.ts";
import { happenings } from "./happenings.ts";
import { startSandbox } from "./sandbox_cluster.ts";

export interface OnSandboxOptions {
  /** Ends when all has settled. */
  readonly once: boolean;
  readonly json: boolean;
  readonly http: Address;
  readonly signal: AbortSignal;
}

const EXAMPLE = ["network", "workload", "addresses", "gateway"].map((name) =>
  new URL(`../../examples/${name}.yaml`, import.meta.url)
);

/** @returns the exit code: 0 when the example came out as expected */
export async function onSandbox({ once, json, http, signal }: OnSandboxOptions): Promise<number> {
  const env = runtimeEnv(), began = env.now();
  const print = json ? () => {} : (line: string) => console.log(line);
  const happens = happenings({ elapsed: () => env.now() - began, print });
  await using cluster = await startSandbox(env);
  const { client, observer, appOf } = equip(cluster.client, { env, server: cluster.url });
  const operator = new Operator({
    definition: cadastre(),
    client,
    env,
    replica: "dev",
    observers: [observer, happens],
  });
  await using site = await serve(appOf(operator).fetch, http);
  print(`The sandbox   kubectl --server ${cluster.url} get subnets,ips,pods -A`);
  print(`Why so        curl ${site.url}/explain/pod/shop/stray`);
  print(`Endpoints     curl ${site.url}\n`);
  happens.start();
  operator.start();
  await applyExample(cluster.server);
  const settled = await untilQuiet(cluster.server, { env, operator, signal });
  const result = compare(cluster.server), ok = settled && result.every(isMet);
  if (json) console.log(JSON.stringify({ ok, settled, result }));
  else {
    const rows = result.map((e) => [isMet(e) ? "ok" : "NOT", e.what, e.actual, isMet(e) ? "" : e.expected]);
    print(`\n${table(["", "RESULT", "IS", "EXPECTED"], rows)}`);
    if (!settled) print("\nIt did not settle.");
  }
  if (!once && !signal.aborted) {
    print("\nIt goes on. Play with kubectl, and end it with Ctrl-C.\n");
    await aborted(signal);
  }
  await operator.stop();
  return ok ? 0 : 1;
}

async function applyExample(server: ApiServer): Promise<void> {
  const client = new SandboxClient(server);
  for (const file of EXAMPLE) {
    const resources = [...server.kinds()];
    await applyAll(client, await readManifests(file), { resources, manager: "kubectl" });
  }
}
