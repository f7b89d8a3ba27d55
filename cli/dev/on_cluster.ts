/** `dev` on a cluster: the operator as `run` has it, with a table of what happens instead of a log. */
import type { Client } from "../../kube/api.ts";
import { createClient } from "../../kube/client.ts";
import type { Resource } from "../../kube/resource.ts";
import { Transport } from "../../kube/transport.ts";
import { definitions } from "../../crds/mod.ts";
import { rules } from "../../crds/rules.ts";
import { cadastre } from "../../main.ts";
import { aborted } from "../../runtime/aborted.ts";
import type { Address } from "../../runtime/configuration.ts";
import { connect } from "../../runtime/connect.ts";
import { runtimeEnv } from "../../runtime/env.ts";
import { Operator } from "../../runtime/operator.ts";
import { replicaName } from "../../runtime/replica.ts";
import { equip } from "../../web/equip.ts";
import { serve } from "../../web/serve.ts";
import { applyAll } from "../manifests.ts";
import { happenings } from "./happenings.ts";

export interface OnClusterOptions {
  readonly context: string;
  readonly installCrds: boolean;
  readonly http: Address;
  readonly signal: AbortSignal;
}

const CRDS: Resource = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

/** @returns the exit code: 1 when the CRDs are not there */
export async function onCluster({ context, installCrds, http, signal }: OnClusterOptions): Promise<number> {
  const env = runtimeEnv(), began = env.now(), connection = await connect({ context });
  const { server, namespace } = connection;
  console.log(`Context ${context}: the operator runs on ${server}`);
  const transport = new Transport(connection, { env });
  const { client, observer, appOf } = equip(createClient(transport, { env }), { env, server });
  try {
    if (installCrds) await applyAll(client, definitions, { resources: [CRDS], manager: "cadastre/crds" });
    const missing = await missingDefinitions(client);
    if (missing.length > 0) {
      console.error(
        `The cluster does not know ${missing.join(", ")}.\nInstall the CRDs: deno task dev --install-crds`,
      );
      return 1;
    }
    const happens = happenings({ elapsed: () => env.now() - began, print: (line) => console.log(line) });
    const operator = new Operator({
      definition: cadastre(),
      client,
      env,
      replica: replicaName(),
      observers: [observer, happens],
      lease: { namespace, name: rules.operator },
    });
    await using site = await serve(appOf(operator).fetch, http);
    console.log(`Endpoints: curl ${site.url}, and ${site.url}/explain/pod/NAMESPACE/NAME\n`);
    happens.start();
    operator.start();
    await aborted(signal);
    await operator.stop();
    return 0;
  } finally {
    transport.close();
  }
}

/** Names of the definitions that nobody has installed. */
async function missingDefinitions(client: Client): Promise<string[]> {
  const names = definitions.map(({ metadata }) => metadata.name);
  const answers = await Promise.all(
    names.map((key) => client.send({ verb: "get", resource: CRDS, key })),
  );
  return names.filter((_, i) => answers[i]!.outcome === "gone");
}
