/** What the operator costs: every figure beside its floor from the same run, and its goal where it has one. */
import { parseArgs } from "node:util";
import { allocator } from "./allocator.ts";
import { growth } from "./growth.ts";
import { pods } from "./pods.ts";
import { print, type Row } from "./row.ts";
import { starts } from "./start.ts";
import { waiting } from "./waiting.ts";

const HELP = `Usage: deno task bench [-o json] [--quick]

Measures the operator on a real API server, its start over full clusters, its growth,
a full Subnet and its allocator.
Takes about ten minutes on two cores; progress goes to standard error, the table to standard output.

  -o json   the rows as JSON
  --quick   1,000 pods and 10,000 objects only`;

const { values } = parseArgs({
  options: {
    output: { type: "string", short: "o" },
    quick: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  Deno.exit(0);
}
const say = (line: string) => console.error(line);
const rows: Row[] = [
  ...allocator(),
  ...growth(say),
  ...waiting(say),
  ...await starts(values.quick ? [10_000] : [10_000, 50_000], say),
  ...await pods(values.quick ? [1_000] : [1_000, 5_000], say),
];
print(rows, { json: values.output === "json" });
Deno.exit(0);
