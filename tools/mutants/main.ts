/**
 * `deno task mutants`: plants known mistakes, one by one, into a temporary copy of the product, and sees that each is found: by the
 * tests that its patch names, or by histories, which are drawn until one breaks.
 *
 * Exits 1 when a mutant survives, or when its patch does not apply any more.
 */
import { parseArgs } from "node:util";
import type { Failure } from "../../tests/histories/failure.ts";
import type { Order, Report } from "../../tests/histories/worker.ts";
import { type Patch, patches, plant } from "./patch.ts";

const HELP =
  `Plants the mistakes of tests/mutants/*.patch, one by one, into a temporary copy, and runs the tests that a patch names, or draws
histories until an invariant breaks.

  deno task mutants                 all of them
  deno task mutants M12 M15         these
  deno task mutants --count 50000   give up later (default 20,000 histories each)
  deno task mutants --minutes 5     begin with no further one after that; those that were not tried are named

  --workers N   mutants at a time (default 2)
  --seed N      of the first history (default 1)
  --help        this text`;

const ROOT = new URL("../../", import.meta.url);
/** What histories and tests run on. */
const PARTS = [
  "cli",
  "controllers",
  "crds",
  "ipam",
  "kube",
  "reconcile",
  "runtime",
  "sandbox",
  "tests",
  "deno.json",
  "deno.lock",
];

interface Outcome {
  /** The invariant that broke, or the test that failed; absent where none did. */
  readonly by?: string;
  readonly note: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "20000" },
    minutes: { type: "string" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else Deno.exit(await hunt(patches(positionals.length > 0 ? positionals : undefined), Number(values.workers)));

async function hunt(all: readonly Patch[], workers: number): Promise<number> {
  const waiting = all.values(), survivors: string[] = [], untried: string[] = [];
  const until = values.minutes === undefined ? Infinity : performance.now() + Number(values.minutes) * 60_000;
  const work = async (copy: string) => {
    for (const patch of waiting) {
      if (performance.now() > until) {
        untried.push(patch.name);
        continue;
      }
      const { by, note } = await tryOut(patch, copy);
      if (!by) survivors.push(patch.name);
      console.log(`${by ? "caught" : "MISSED"}  ${patch.name.padEnd(5)} ${patch.says}`);
      console.log(`              ${by ? `by ${by} ` : ""}${note}`);
    }
  };
  await Promise.all(Array.from({ length: workers }, () => withCopy(work)));
  const tried = all.length - untried.length;
  console.log(`\n${tried - survivors.length} of ${tried} mutants are caught`);
  if (untried.length > 0) console.log(`not tried in ${values.minutes} minutes: ${untried.join(", ")}`);
  if (survivors.length > 0) console.log(`not caught: ${survivors.sort().join(", ")}`);
  return survivors.length > 0 ? 1 : 0;
}

/** A copy of what histories and tests run on: what no mistake changes is compiled once. */
async function withCopy(use: (copy: string) => Promise<void>): Promise<void> {
  const copy = await Deno.makeTempDir({ prefix: "cadastre-mutants-" });
  try {
    const { success } = await new Deno.Command("cp", { args: ["-r", ...PARTS, copy], cwd: ROOT }).output();
    if (!success) throw new Error(`the product cannot be copied to ${copy}`);
    await use(copy);
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

async function tryOut(patch: Patch, copy: string): Promise<Outcome> {
  const obstacle = await plant(patch, copy);
  if (obstacle) return { note: `its patch does not apply: ${obstacle}` };
  const outcome = patch.caughtBy ? await test(copy, patch.caughtBy) : await search(copy, patch);
  const left = await plant(patch, copy, { options: ["--reverse"] });
  if (left) throw new Error(`${patch.name} cannot be taken out again: ${left}`);
  return outcome;
}

/** Runs one file of tests in the copy, or repeats one of the histories that are kept. */
async function test(copy: string, file: string): Promise<Outcome> {
  const start = performance.now(), kept = /regressions\/(.+\.json)$/.exec(file)?.[1];
  const tests = kept ? ["--filter", `regression ${kept}`, "tests/histories/histories_test.ts"] : [file];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-check", "-A", "--fail-fast", ...tests],
    cwd: copy,
    env: { NO_COLOR: "1" },
    stderr: "piped",
  }).output();
  const seconds = ((performance.now() - start) / 1000).toFixed(0), output = new TextDecoder().decode(stdout);
  const failed = /^(.+) \.\.\. FAILED/m.exec(output)?.[1], after = `${seconds} s, of ${file}`;
  if (failed) return { by: `"${failed}"`, note: `after ${after}` };
  if (/ \d+ passed .* 0 failed/.test(output)) return { note: `survived all tests, ${after}` };
  return { note: `breaks the tests after ${after}: ${new TextDecoder().decode(stderr).split("\n")[0]}` };
}

/** Draws histories in the copy until one breaks. */
async function search(copy: string, { begin }: Patch): Promise<Outcome> {
  const from = Number(values.seed), to = from + Number(values.count);
  const order: Order = { from, to, stride: 1, atLeast: 0, failures: 1, shrinks: false, begin };
  const start = performance.now();
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", "tests/histories/worker.ts", JSON.stringify(order)],
    cwd: copy,
    stderr: "piped",
  }).output();
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const { histories, failure } = sum(new TextDecoder().decode(stdout));
  const after = `after ${histories} ${histories === 1 ? "history" : "histories"}, ${seconds} s`;
  if (failure) return { by: failure.invariant, note: `${after}: ${failure.what.slice(0, 100)}` };
  if (code === 0) return { note: `survived ${after.replace("after ", "")}` };
  return { note: `breaks the simulation ${after}: ${new TextDecoder().decode(stderr).split("\n")[0]}` };
}

function sum(output: string): { histories: number; failure: Failure | undefined } {
  const reports = output.split("\n").filter((line) => line !== "").map((line): Report => JSON.parse(line));
  return {
    histories: reports.reduce((sum, report) => sum + report.histories, 0),
    failure: reports.find((report) => report.failure)?.failure,
  };
}
