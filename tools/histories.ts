/**
 * `deno task histories`: draws histories until something breaks, or for as long as it is told to.
 *
 * Exits 1 when an invariant was broken, or when a fault never took effect.
 */
import { parseArgs } from "node:util";
import { campaign, type Sum } from "../tests/histories/campaign.ts";
import { account, type Failure } from "../tests/histories/failure.ts";
import { FAULTS } from "../tests/histories/tally.ts";

const TOTAL = "failures/total.json";

const HELP =
  `Simulates the operator: its real handlers and framework over the in-memory API server, and a scheduler that picks from a
seed what happens next: which replica decides, which watch event arrives where, which request is sent, lost, answered or lands
far too late, what users do, who crashes. Invariants are judged at every commit; at the end everything comes to rest, and then
nothing may be missing, nothing left over, and neither a look at every key nor a restart may write anything.

  deno task histories                          six minutes, and at least 20,000 histories
  deno task histories --count 20000 --seed 7   seeds 7 to 20006
  deno task histories --minutes 6              as many as fit into six minutes
  deno task histories --replay FILE            one that failed, once more, told step by step

A history that fails is shrunk and written to failures/<seed>.json as soon as it was found. To keep it for good, move that file
to tests/histories/regressions/. ${TOTAL} counts all histories of all runs, and the next run begins with the
first seed that none has drawn, unless it is told one.

  --workers N   processes at a time (default 2)
  --help        this text`;

/** With fewer histories than this a rare fault may be missing by chance. */
const ENOUGH = 200;

const { values } = parseArgs({
  options: {
    count: { type: "string" },
    seed: { type: "string" },
    minutes: { type: "string" },
    workers: { type: "string", default: "2" },
    replay: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(HELP);
else if (values.replay) Deno.exit(tell(values.replay));
else Deno.exit(await search());

function tell(file: string): number {
  const failure: Failure = JSON.parse(Deno.readTextFileSync(file));
  console.log(account(failure));
  return 1;
}

async function search(): Promise<number> {
  const total = known();
  const sum = await campaign({
    ...extent(),
    seed: values.seed === undefined ? total.next : whole("seed", values.seed),
    workers: whole("workers", values.workers),
    progress: progress(),
  });
  console.log(`${line(sum)}\n\n${table(sum)}\n\n${keep(total, sum)}`);
  const { missing } = sum.tally;
  if (missing.length > 0 && sum.histories >= ENOUGH) {
    console.log(`\nnever took effect: ${missing.join(", ")}`);
  }
  return sum.failures.length > 0 || (missing.length > 0 && sum.histories >= ENOUGH) ? 1 : 0;
}

/** Of all runs since the file was last deleted. */
interface Total {
  readonly histories: number;
  readonly broken: number;
  readonly seconds: number;
  /** A seed after all that were drawn. */
  readonly next: number;
}

function known(): Total {
  try {
    return JSON.parse(Deno.readTextFileSync(TOTAL));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { histories: 0, broken: 0, seconds: 0, next: 1 };
  }
}

function keep(before: Total, sum: Sum): string {
  const total: Total = {
    histories: before.histories + sum.histories,
    broken: before.broken + sum.failures.length,
    seconds: Math.round(before.seconds + sum.seconds),
    next: Math.max(before.next, sum.next),
  };
  save(TOTAL, total);
  return `${total.histories} histories in all runs, ${total.broken} broke an invariant (${TOTAL})`;
}

/** How many, or for how long. */
function extent(): { count: number; ms?: number; atLeast?: number } {
  if (values.count !== undefined) return { count: whole("count", values.count) };
  if (values.minutes !== undefined) return { count: Infinity, ms: whole("minutes", values.minutes) * 60_000 };
  return { count: Infinity, ms: 6 * 60_000, atLeast: 20_000 };
}

/** A line every ten seconds, so that a log stays readable; a failure at once. */
function progress(): (sum: Sum, failure: Failure | undefined) => void {
  let next = 10;
  return (sum, failure) => {
    if (failure) console.log(`\n${account(failure)}\n${write(failure)}\n`);
    if (sum.seconds < next) return;
    next = sum.seconds + 10;
    console.log(line(sum));
  };
}

function line({ histories, actions, commits, failures, seconds }: Sum): string {
  const each = (n: number) => (n / Math.max(histories, 1)).toFixed(0);
  return `${histories} histories in ${seconds.toFixed(0)} s (${(histories / seconds).toFixed(0)}/s), ` +
    `${each(actions)} actions and ${each(commits)} commits each, ${failures.length} broke an invariant`;
}

function table({ tally }: Sum): string {
  const faults = FAULTS.map((fault) => [fault, tally.counts.get(fault) ?? 0] as const);
  const others = [...tally.counts].filter(([name]) => !FAULTS.includes(name as never)).sort();
  const rows = [["fault or act", "took effect"] as const, ...faults, ...others];
  return rows.map(([name, times]) => `${name.padEnd(32)}${String(times).padStart(12)}`).join("\n");
}

function write(failure: Failure): string {
  const file = `failures/${failure.setting.seed}.json`;
  save(file, failure);
  return `written to ${file}; once more: deno task histories --replay ${file}`;
}

function save(file: string, content: unknown): void {
  Deno.mkdirSync("failures", { recursive: true });
  Deno.writeTextFileSync(file, `${JSON.stringify(content, undefined, 1)}\n`);
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${option} must be a whole number above 0, not ${JSON.stringify(text)}`);
  Deno.exit(2);
}
