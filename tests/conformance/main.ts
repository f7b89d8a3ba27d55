/** `deno task conformance`: more random operations than the tests run, or those of one seed again. */
import { parseArgs } from "node:util";
import { explore, LENGTH } from "./explore.ts";
import { startBoth } from "./pair.ts";

const HELP = `Usage: deno task conformance [--count OPERATIONS] [--seed SEED]

Sends the same random operations to the sandbox and to a real API server and compares answers and watch events.
Each kind of difference is reported once, with the shortest list of operations that shows it. Exits with 1 if there is one.

  --count   how many operations, in histories of ${LENGTH} (default 10000)
  --seed    of the first history; the following ones count up (default 1)

Example: --seed 17 --count ${LENGTH} runs the history again that a report calls "seed 17".
`;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  Deno.exit();
}
const operations = Number(values.count);
await using both = await startBoth();
const started = performance.now();
const found = await explore(both, { operations, seed: Number(values.seed), log: console.log });
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`${operations} operations in ${seconds} s, ${found} histories with a difference`);
Deno.exitCode = found > 0 ? 1 : 0;
