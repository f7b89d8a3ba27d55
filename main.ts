/** The composition root: configuration → client → operator → web → lease → run. Takes the options of `run`. */
import { parseArgs } from "node:util";
import type { Policy } from "./controllers/namespace/isolation.ts";
import { seeds, tablesWith } from "./controllers/mod.ts";
import { GATEWAYS } from "./controllers/nat/data_plane.ts";
import { nftables } from "./controllers/nat/nftables.ts";
import { kindsIn } from "./crds/mod.ts";
import { projectionsWith } from "./crds/projections.ts";
import { rules } from "./crds/rules.ts";
import { createClient } from "./kube/client.ts";
import { ConfigError } from "./kube/config/field.ts";
import { Transport } from "./kube/transport.ts";
import { aborted } from "./runtime/aborted.ts";
import { type Configuration, configurationOf, OPTIONS } from "./runtime/configuration.ts";
import { apiServerAddress } from "./runtime/api_server_address.ts";
import { connect } from "./runtime/connect.ts";
import { runtimeEnv } from "./runtime/env.ts";
import { interrupted } from "./runtime/interrupted.ts";
import { configureLogging, logger, logObserver } from "./runtime/logging.ts";
import { Operator } from "./runtime/operator.ts";
import { replicaName } from "./runtime/replica.ts";
import { equip } from "./web/equip.ts";
import { serve } from "./web/serve.ts";

type Options =
  & Pick<Configuration, "defaultCidr" | "joinCidr" | "gatewayNamespaces" | "natDataPlane">
  & Policy
  & {
    /** The address at which pods find the API server. */
    readonly apiServer?: string | undefined;
  };

/** Everything that makes this operator what it is. */
export function cadastre(
  { gatewayNamespaces, natDataPlane, isolateNamespaces, apiServer, ...cidrs }: Options = {},
) {
  const namespaces = gatewayNamespaces ?? GATEWAYS.namespaces;
  const dataPlane = natDataPlane === "nftables" ? nftables : GATEWAYS.dataPlane;
  return {
    rules,
    kinds: kindsIn(namespaces),
    tables: tablesWith({ namespaces, dataPlane, isolateNamespaces }),
    projections: projectionsWith(apiServer),
    seeds: seeds(cidrs),
  };
}

/** Until `signal` is aborted. @throws ConfigError when no cluster is configured, or not in a way that can be used */
export async function run(configuration: Configuration, signal: AbortSignal): Promise<void> {
  configureLogging();
  const { http, lease, leaseNamespace } = configuration;
  const env = runtimeEnv(), connection = await connect(configuration);
  const { server, context, namespace } = connection;
  const transport = new Transport(connection, { env });
  const { client, observer, appOf } = equip(createClient(transport, { env }), { env, server });
  const operator = new Operator({
    definition: cadastre({ ...configuration, apiServer: apiServerAddress(connection) }),
    client,
    env,
    replica: replicaName(),
    observers: [observer, logObserver],
    ...(lease ? { lease: { namespace: leaseNamespace ?? namespace, name: rules.operator } } : {}),
  });
  const site = http && await serve(appOf(operator).fetch, http);
  operator.start();
  logger.info("started", { server, context, http: site?.url });
  await aborted(signal);
  await operator.stop();
  await site?.[Symbol.asyncDispose]();
  transport.close();
}

if (import.meta.main) {
  try {
    await run(configurationOf(parseArgs({ options: OPTIONS }).values), interrupted());
  } catch (error) {
    // What a person can mend is one line; anything else is a mistake of ours and keeps its trace.
    console.error(error instanceof ConfigError ? error.message : error);
    Deno.exit(1);
  }
}
