/**
 * `deno task mutants`: plants known mistakes, one by one, into a temporary copy of the product, and draws histories until one breaks.
 *
 * Exits 1 when a mutant survives, or when its patch does not apply any more.
 */
import { parseArgs } from "node:util";
import { type Order, type Report } from "../tests/histories/worker.ts";

const HELP =
  `Plants the mistakes of tests/mutants/*.patch, one by one, into a temporary copy, and draws histories until an invariant breaks.

  deno task mutants                 all of them
  deno task mutants M12 M15         these
  deno task mutants --count 50000   give up later (default 20,000 histories each)

  --workers N   mutants at a time (default 2)
  --help        this text`;

const ROOT = new URL("../", import.meta.url);
const PATCHES = new URL("tests/mutants/", ROOT);
/** What histories run on. */
const PARTS = [
  "controllers",
  "crds",
  "ipam",
  "kube",
  "reconcile",
  "sandbox",
  "tests",
  "deno.json",
  "deno.lock",
];

interface Outcome {
  readonly name: string;
  readonly says: string;
  /** The invariant that broke; absent where none did. */
  readonly by?: string;
  readonly note: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "20000" },
    workers: { type: "string", default: "2" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else Deno.exit(await hunt(Number(values.count), Number(values.workers)));

async function hunt(count: number, workers: number): Promise<number> {
  const names = positionals.length > 0 ? positionals : [...patches()].sort();
  const waiting = names.values(), survivors: string[] = [];
  const next = async () => {
    for (const name of waiting) {
      const outcome = await tryOut(name, count);
      if (!outcome.by) survivors.push(name);
      console.log(line(outcome));
    }
  };
  await Promise.all(Array.from({ length: workers }, next));
  console.log(`\n${names.length - survivors.length} of ${names.length} mutants are caught`);
  if (survivors.length > 0) console.log(`not caught: ${survivors.sort().join(", ")}`);
  return survivors.length > 0 ? 1 : 0;
}

function* patches(): Iterable<string> {
  for (const { name } of Deno.readDirSync(PATCHES)) {
    if (name.endsWith(".patch")) yield name.slice(0, -".patch".length);
  }
}

async function tryOut(name: string, count: number): Promise<Outcome> {
  const patch = new URL(`${name}.patch`, PATCHES), says = (await Deno.readTextFile(patch)).split("\n", 1)[0]!;
  const copy = await Deno.makeTempDir({ prefix: `cadastre-${name}-` });
  try {
    await run("cp", ["-r", ...PARTS, copy], ROOT);
    const applied = await run("git", ["apply", "--whitespace=nowarn", patch.pathname], copy);
    if (applied !== "") return { name, says, note: `its patch does not apply: ${applied}` };
    return { name, says, ...await search(copy, count) };
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

/** Draws histories in the copy until one breaks. */
async function search(copy: string, count: number): Promise<{ by?: string; note: string }> {
  const order: Order = { from: 1, to: 1 + count, stride: 1, atLeast: 0, failures: 1, shrinks: false };
  const start = performance.now();
  const worker = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", "tests/histories/worker.ts", JSON.stringify(order)],
    cwd: copy,
    stderr: "piped",
  });
  const { stdout, stderr, code } = await worker.output();
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const reports = new TextDecoder().decode(stdout).split("\n").filter((text) => text !== "").map((
    text,
  ): Report => JSON.parse(text));
  const histories = reports.reduce((sum, report) => sum + report.histories, 0);
  const after = `${histories} ${histories === 1 ? "history" : "histories"}, ${seconds} s`;
  const failure = reports.find((report) => report.failure)?.failure;
  if (failure) return { by: failure.invariant, note: `after ${after}: ${failure.what.slice(0, 100)}` };
  if (code === 0) return { note: `survived ${after}` };
  // It does not even get through a history.
  return { by: "crash", note: `after ${after}: ${new TextDecoder().decode(stderr).split("\n")[0]}` };
}

/** @returns what it complained about; empty when it succeeded. */
async function run(command: string, args: readonly string[], cwd: string | URL): Promise<string> {
  const { code, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    stderr: "piped",
    stdout: "null",
  }).output();
  return code === 0 ? "" : new TextDecoder().decode(stderr).trim() || `${command} ended with code ${code}`;
}

function line({ name, says, by, note }: Outcome): string {
  return `${by ? "caught" : "MISSED"}  ${says}\n        ${by ? `by ${by} ` : ""}${note}`.replace(
    /^(\S+ +)(?!M)/,
    `$1${name} `,
  );
}
