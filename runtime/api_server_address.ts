/** Where pods find the API server. */
import type { Connection } from "../kube/connection.ts";
import { variable } from "./variable.ts";

/**
 * The address that Kubernetes tells every pod, and so the same for all replicas; known only where this process runs as a pod of the
 * cluster that it serves.
 *
 * @param read looks a variable of the environment up
 */
export function apiServerAddress(
  { server }: Pick<Connection, "server">,
  read: (name: string) => string | undefined = variable,
): string | undefined {
  const host = read("KUBERNETES_SERVICE_HOST");
  return host && new URL(server).hostname.replace(/^\[(.*)\]$/, "$1") === host ? host : undefined;
}
