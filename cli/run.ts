/** `run`: the operator itself; with `--dry-run`, what it would do. */
import { createClient } from "../kube/client.ts";
import { stringifyJson } from "../kube/json.ts";
import { Transport } from "../kube/transport.ts";
import { cadastre, run as operate } from "../main.ts";
import { type Configuration, configurationOf, OPTIONS } from "../runtime/configuration.ts";
import { connect } from "../runtime/connect.ts";
import { runtimeEnv } from "../runtime/env.ts";
import type { Definition } from "../runtime/operator.ts";
import { type Command, type Invocation, OUTPUT, UsageError } from "./command.ts";
import { clusterOf, copyOf } from "./dry_run/copy.ts";
import { diffText } from "./dry_run/print.ts";
import { type Rehearsal, rehearse } from "./dry_run/rehearse.ts";

const run: Command = {
  name: "run",
  summary: "run the operator on a cluster, or show what it would do",
  usage: "[FILE...]",
  description: `
Runs the operator on the cluster of the kubeconfig, or of the pod it is in, until it is told to stop. Several may run: one leads,
the others follow with warm caches. It needs the CRDs to be there (see "crds"), and waits for them.

With --dry-run it reads the cluster, lets the operator work on a copy in memory until it rests, and prints the difference. Given
files, it does so on a new cluster with nothing but their contents. Nothing is written anywhere; with --isolate-namespaces the API
server is asked whether a pod's account may use what it names, which needs the right to create SubjectAccessReviews.`,
  options: {
    ...OPTIONS,
    "dry-run": { type: "boolean", help: "print what would be created, changed and deleted; write nothing" },
    output: OUTPUT,
  },
  examples: [
    ["deno task run --context prod --dry-run", "what would happen to a cluster"],
    ["deno task run --dry-run examples/*.yaml", "what would come of these manifests"],
    ["deno task run --no-lease --http 127.0.0.1:8080", "alone, on the current context"],
  ],
  async run({ values, positionals, signal }) {
    const configuration = configurationOf(values);
    if (values["dry-run"]) return await dryRun(configuration, { values, positionals, signal });
    if (positionals.length > 0) throw new UsageError("files are read with --dry-run only");
    if (values.output) throw new UsageError("-o json is for --dry-run; the log is JSON in any case");
    await operate(configuration, signal);
    return 0;
  },
};

async function dryRun(
  configuration: Configuration,
  { values, positionals, signal }: Invocation,
): Promise<number> {
  const definition = cadastre(configuration);
  const rehearsal = positionals.length > 0
    ? await rehearse({ definition, server: await clusterOf(positionals), signal })
    : await rehearsed(configuration, definition, signal);
  console.log(values.output === "json" ? stringifyJson(rehearsal) : diffText(rehearsal));
  return 0;
}

/** On a copy of the cluster that is configured. */
async function rehearsed(
  configuration: Configuration,
  definition: Definition,
  signal: AbortSignal,
): Promise<Rehearsal> {
  const env = runtimeEnv(), transport = new Transport(await connect(configuration), { env });
  const original = createClient(transport, { env });
  try {
    return await rehearse({ definition, server: await copyOf(original, definition.kinds), original, signal });
  } finally {
    transport.close();
  }
}

export default run;
