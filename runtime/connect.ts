/** The cluster that is meant. */
import type { Connection } from "../kube/connection.ts";
import { ConfigError } from "../kube/config/field.ts";
import { loadConnection, type LoadOptions } from "../kube/config/load.ts";
import { variable } from "./variable.ts";

export interface Choice {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** What the environment of this process says about clusters, besides a choice on the command line. */
export function surroundings(choice: Choice): LoadOptions {
  return { ...choice, variable, now: () => performance.now(), wallClock: () => Date.now() };
}

/** @throws ConfigError when there is none, or it cannot be used */
export async function connect(choice: Choice): Promise<Connection> {
  const connection = await loadConnection(surroundings(choice));
  if (connection) return connection;
  throw new ConfigError(
    "No cluster is configured: there is no kubeconfig, and this is not a pod. " +
      "Name one with --kubeconfig FILE, or try the sandbox: deno task dev",
  );
}
