/**
 * The connection that every pod is given.
 *
 * @see {@link https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/}
 */
import type { Connection } from "../connection.ts";
import { cachedCredentials } from "./credentials.ts";
import { readFile } from "./files.ts";
import { REREAD_MS } from "./user.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface InClusterOptions {
  /** Values of KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  readonly host: string;
  readonly port: string;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  /** @default where Kubernetes mounts it */
  readonly folder?: string;
}

/** @throws ConfigError when the service account is not mounted */
export async function inCluster({ host, port, now, folder = FOLDER }: InClusterOptions): Promise<Connection> {
  const why = "service account of this pod (automountServiceAccountToken must not be false)";
  const read = async (name: string) => (await readFile(`${folder}/${name}`, { why })).trim();
  // The kubelet replaces the token long before it expires.
  const load = async () => ({
    identity: { authorization: `Bearer ${await read("token")}` },
    freshMs: REREAD_MS,
  });
  return {
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    caCerts: [await read("ca.crt")],
    namespace: await read("namespace"),
    credentials: cachedCredentials(load, now),
  };
}
