/** `dev`: the operator at work, on a cluster that is made for it or on a sandbox. */
import { currentContext } from "../kube/config/load.ts";
import { surroundings } from "../runtime/connect.ts";
import { addressOf } from "../runtime/configuration.ts";
import { type Command, OUTPUT, text, UsageError } from "./command.ts";
import { onCluster } from "./dev/on_cluster.ts";
import { onSandbox } from "./dev/on_sandbox.ts";

const dev: Command = {
  name: "dev",
  summary: "watch the operator work, on a kind cluster or on a sandbox in memory",
  description: `
Where the current context is a kind-* one, or --context names one, the operator runs there. Everywhere else, and always with --once,
a sandbox is started: an API server in memory, two nodes that run nothing, and a small example. Nobody's cluster is ever touched
by surprise.

With --once it ends when everything has settled: with 0 if the example came out as expected, with 1 and the difference if not.`,
  options: {
    once: { type: "boolean", help: "on the sandbox: end when all has settled" },
    context: { type: "string", value: "NAME", help: "run the operator on the cluster of this context" },
    "install-crds": { type: "boolean", help: "on a cluster: apply crds/yaml first" },
    http: {
      type: "string",
      value: "HOST:PORT",
      help: "where to serve the endpoints (127.0.0.1, any free port)",
    },
    output: OUTPUT,
  },
  examples: [
    ["deno task dev --once", "see that everything works here"],
    ["deno task dev", "then play with kubectl --server …"],
    ["kind create cluster && deno task dev --install-crds", "the same on a real API server"],
  ],
  async run({ values, signal }) {
    const once = values.once === true, json = values.output === "json", context = text(values, "context");
    const http = addressOf(text(values, "http") ?? "127.0.0.1:0");
    if (!http) throw new UsageError("--http off makes no sense here: the endpoints are what there is to see");
    if (once && context !== undefined) {
      throw new UsageError("--once works on the sandbox: leave --context out");
    }
    const chosen = once ? undefined : context ?? await kindContext();
    if (chosen === undefined) {
      if (values["install-crds"]) {
        throw new UsageError("--install-crds is for a cluster: name one with --context");
      }
      return await onSandbox({ once, json, http, signal });
    }
    if (json) throw new UsageError("-o json is for the sandbox");
    return await onCluster({ context: chosen, installCrds: values["install-crds"] === true, http, signal });
  },
};

/** The current context, if its name says that it is a cluster made for play. */
async function kindContext(): Promise<string | undefined> {
  const context = await currentContext(surroundings({}));
  return context?.startsWith("kind-") ? context : undefined;
}

export default dev;
