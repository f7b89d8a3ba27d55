/** Finds out which cluster is meant. */
import { delimiter, join } from "node:path";
import type { Connection } from "../connection.ts";
import { connectionOf } from "./context.ts";
import { readFile } from "./files.ts";
import { inCluster } from "./in_cluster.ts";
import { type Kubeconfig, mergeKubeconfigs, parseKubeconfig } from "./kubeconfig.ts";

export interface LoadOptions {
  /** `--kubeconfig`: this file and no other. */
  readonly kubeconfig?: string | undefined;
  /** `--context`: instead of the current one. */
  readonly context?: string | undefined;
  /** Environment variables. */
  readonly variable: (name: string) => string | undefined;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/**
 * The connection that is configured, or undefined when nothing is.
 *
 * In this order, as controller-runtime does it: `--kubeconfig`; the files in `KUBECONFIG`, merged; the pod we run in; `~/.kube/config`.
 * A context exists in files only: with `--context` the pod is passed over.
 *
 * @throws ConfigError that says what is wrong in which file, and what to do
 */
export async function loadConnection(options: LoadOptions): Promise<Connection | undefined> {
  const { variable, now } = options;
  const host = variable("KUBERNETES_SERVICE_HOST");
  const port = variable("KUBERNETES_SERVICE_PORT");
  if (host && port && !options.kubeconfig && !options.context && !variable("KUBECONFIG")) {
    return await inCluster({ host, port, now });
  }
  const config = await loadKubeconfig(options);
  return config && await connectionOf(config, options);
}

/** The name of the context that {@link loadConnection} would choose from files, however unusable; undefined when there is none. */
export async function currentContext(options: LoadOptions): Promise<string | undefined> {
  return options.context ?? (await loadKubeconfig(options))?.currentContext;
}

/** Undefined when there is no file; a missing one of several is passed over. */
async function loadKubeconfig({ kubeconfig, variable }: LoadOptions): Promise<Kubeconfig | undefined> {
  if (kubeconfig) return parseKubeconfig(await readFile(kubeconfig, { why: "--kubeconfig" }), kubeconfig);
  const home = variable("HOME") ?? variable("USERPROFILE");
  const paths = variable("KUBECONFIG")?.split(delimiter).filter(Boolean) ??
    (home ? [join(home, ".kube", "config")] : []);
  const configs: Kubeconfig[] = [];
  for (const path of paths) {
    if (await exists(path)) configs.push(parseKubeconfig(await readFile(path, { why: "kubeconfig" }), path));
  }
  return configs.length > 0 ? mergeKubeconfigs(configs) : undefined;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    // Anything else is told by whoever reads it.
    return !(error instanceof Deno.errors.NotFound);
  }
}
