/** From a kubeconfig to a connection. */
import type { Connection } from "../connection.ts";
import { cluster } from "./cluster.ts";
import { ConfigError, type Field } from "./field.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import { userCredentials } from "./user.ts";

export interface ContextOptions {
  /** Instead of the current one. */
  readonly context?: string | undefined;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** @throws ConfigError when the context, its cluster or its user is missing or unusable */
export async function connectionOf(config: Kubeconfig, options: ContextOptions): Promise<Connection> {
  const { contexts, clusters, users, files } = config;
  const name = options.context ?? config.currentContext;
  const choice = `choose with --context: ${[...contexts.keys()].join(", ") || "there is none"}`;
  if (name === undefined) throw new ConfigError(`${files}: no current-context; ${choice}`);
  const context = contexts.get(name);
  if (!context) throw new ConfigError(`${files}: no context "${name}"; ${choice}`);
  const { info, ...where } = await cluster(referred(context.at("cluster"), clusters));
  // Whoever names no user is anonymous.
  const user = context.at("user").text() ? referred(context.at("user"), users) : context.at("user");
  return {
    ...where,
    namespace: context.at("namespace").text() ?? "default",
    context: name,
    credentials: userCredentials(user, { ...options, cluster: info }),
  };
}

function referred(reference: Field, entries: ReadonlyMap<string, Field>): Field {
  const name = reference.required();
  return entries.get(name) ??
    reference.fail(`is "${name}", which is not there (${[...entries.keys()].join(", ")})`);
}
