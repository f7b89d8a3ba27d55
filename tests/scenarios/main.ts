/** `deno task scenarios`: what users of Kube-OVN were promised or complained about, tried on a cluster. */
import { parseArgs } from "node:util";
import { chosen } from "./all.ts";
import { externalGround, ownGround } from "./cluster.ts";
import { playAll } from "./play.ts";
import { lineOf, summary } from "./table.ts";

const HELP = `Usage: deno task scenarios [ID…] [--external [--context NAME]] [-o json]

Plays scenarios about the addresses of pods, each in a namespace and in Subnets of its own, and prints one line for each.
F0 to F4 are the founding failures, #N is what users of Kube-OVN reported under that number. A mark * says that a scenario
rests on a decision of ours. Exits with 1 if one fails.

      --external      on the cluster of the current kubeconfig, with the controller that works there; otherwise
                      API server, nodes and operator are started here
      --context NAME  of the kubeconfig, for --external
      --no-policies   without the admission policies of deploy/components/admission, which are in force otherwise;
                      on a cluster of yours that has them, be a member of the group ipam:break-glass
  -o, --output json   print JSON instead of a table
  -h, --help          this text

Examples
  deno task scenarios                      all of them
  deno task scenarios F0 '#4304'           a group and a single one
  deno task scenarios --external F1.2      on a cluster of yours
`;

const options = {
  external: { type: "boolean", default: false },
  context: { type: "string" },
  "no-policies": { type: "boolean", default: false },
  output: { type: "string", short: "o" },
  help: { type: "boolean", short: "h", default: false },
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.output !== undefined && values.output !== "json") {
    throw new Error(`-o ${values.output} is not known`);
  }
  if (values.context !== undefined && !values.external) throw new Error("--context goes with --external");
  const scenarios = chosen(positionals), width = Math.max(...scenarios.map(({ id }) => id.length));
  await using ground =
    await (values.external ? externalGround(values.context) : ownGround(!values["no-policies"]));
  const results = playAll(scenarios, Promise.resolve(ground));
  if (values.output === undefined) {
    for (const result of results) console.log(lineOf(await result, width));
  }
  const done = await Promise.all(results);
  console.log(values.output === "json" ? JSON.stringify(done, null, 2) : `\n${summary(done)}`);
  return done.some(({ verdict }) => verdict === "failed") ? 1 : 0;
}

try {
  Deno.exitCode = await main();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  Deno.exitCode = 2;
}
