/** A folder with configuration files, for one test. */
import { join } from "node:path";
import type { Connection } from "../../../kube/connection.ts";
import { loadConnection, type LoadOptions } from "../../../kube/config/load.ts";

export class Folder implements AsyncDisposable {
  readonly path: string;
  /** A monotonic clock in milliseconds, and a wall clock that began in 2026. */
  now = 0;

  constructor() {
    this.path = Deno.makeTempDirSync({ prefix: "kubeconfig-" });
  }

  async write(name: string, text: string): Promise<string> {
    const path = join(this.path, name);
    await Deno.writeTextFile(path, text);
    return path;
  }

  options(variables: Record<string, string> = {}): LoadOptions {
    return {
      variable: (name) => variables[name],
      now: () => this.now,
      wallClock: () => Date.UTC(2026, 0, 1) + this.now,
    };
  }

  async load(kubeconfig: string, context?: string): Promise<Connection> {
    return (await loadConnection({ ...this.options(), kubeconfig, context }))!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

export const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

export interface Parts {
  readonly cluster?: string;
  readonly user?: string;
}

/** A kubeconfig of one context; the parts are YAML flow maps. */
export function kubeconfig(
  { cluster = "{server: 'https://c1:6443'}", user = "{token: t1}" }: Parts = {},
): string {
  return `
apiVersion: v1
kind: Config
current-context: one
contexts: [{name: one, context: {cluster: c1, user: u1, namespace: prod}}]
clusters: [{name: c1, cluster: ${cluster}}]
users: [{name: u1, user: ${user}}]
`;
}
