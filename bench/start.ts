/**
 * Start over a full, settled cluster, beside reading and parsing the same lists.
 *
 * Usage: `deno run -A bench/start.ts [-o json] [--pods 10000,50000]`
 */
import { parseArgs } from "node:util";
import { print, type Row } from "./row.ts";
import type { Start } from "./starting.ts";

const RUNS = 3;
/** As the image starts the operator: how the heap may grow is half of what is resident. */
const V8 = /"(--v8-flags=[^"]*)"/.exec(
  await Deno.readTextFile(new URL("../Dockerfile", import.meta.url)),
)![1]!;
const MEMORY_MB = new Map([[10_000, 200], [50_000, 600]]);

async function start(what: "floor" | "operator", url: string): Promise<Start> {
  const script = new URL("./starting.ts", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", V8, script, what, url],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function serveCluster(pods: number): Promise<{ url: string; process: Deno.ChildProcess }> {
  const script = new URL("./full_cluster.ts", import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, String(pods)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  await reader.cancel();
  return { url: value.trim(), process };
}

/** All rows about starting. Floor and operator take turns, and medians are compared. */
export async function starts(counts: readonly number[], say: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const pods of counts) {
    say(`filling a cluster with ${pods} pods, their records and claims`);
    const { url, process } = await serveCluster(pods);
    const floors: Start[] = [], operators: Start[] = [];
    for (let run = 0; run < RUNS; run++) {
      floors.push(await start("floor", url));
      operators.push(await start("operator", url));
      say(
        `${pods} pods: floor ${floors.at(-1)!.seconds.toFixed(2)} s, operator ${
          operators.at(-1)!.seconds.toFixed(2)
        } s`,
      );
    }
    process.kill();
    const value = median(operators.map((o) => o.seconds)),
      floor = median(floors.map((f) => f.seconds)),
      ratio = value / floor,
      ready = median(operators.map((o) => o.readySeconds));
    const stall = median(operators.map((o) => o.stallMs)),
      memory = median(operators.map((o) => o.residentMb));
    const bound = MEMORY_MB.get(pods), goal = bound && { goal: `≤ ${bound}`, met: memory <= bound };
    rows.push(
      {
        what: `start over ${pods} pods`,
        value,
        unit: "s",
        floor,
        ratio,
        goal: "≤ 1.5 × floor",
        met: ratio <= 1.5,
      },
      { what: `… until pods are served, ${pods} pods`, value: ready, unit: "s", floor, ratio: ready / floor },
      { what: `longest stall, ${pods} pods`, value: stall, unit: "ms", goal: "≤ 50", met: stall <= 50 },
      { what: `resident, ${pods} pods`, value: memory, unit: "MB", ...goal },
    );
  }
  return rows;
}

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;

if (import.meta.main) {
  const { values } = parseArgs({
    options: { output: { type: "string", short: "o" }, pods: { type: "string" } },
  });
  const counts = (values.pods ?? "10000,50000").split(",").map(Number);
  print(await starts(counts, (line) => console.error(line)), { json: values.output === "json" });
}
