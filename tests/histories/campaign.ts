/** Many histories on all cores, their reports summed up. */
import type { Failure } from "./failure.ts";
import { Tally } from "./tally.ts";
import type { Order, Report } from "./worker.ts";

export interface CampaignOptions {
  readonly seed: number;
  readonly count: number;
  /** After so many milliseconds no further history begins, unless there are too few. */
  readonly ms?: number | undefined;
  readonly atLeast?: number | undefined;
  /** Processes at a time. @default 2 */
  readonly workers?: number;
  /** Told after every report, with the failure that it brought. */
  readonly progress?: (sum: Sum, failure: Failure | undefined) => void;
}

export interface Sum {
  /** The first seed after all that were drawn. */
  next: number;
  histories: number;
  actions: number;
  commits: number;
  readonly tally: Tally;
  readonly failures: Failure[];
  seconds: number;
}

/** @throws Error when a worker breaks: a run that could not look must never pass for one that found nothing. */
export async function campaign(options: CampaignOptions): Promise<Sum> {
  const { seed, count, ms, atLeast = 0, workers = 2, progress } = options;
  const sum: Sum = {
    next: seed,
    histories: 0,
    actions: 0,
    commits: 0,
    tally: new Tally(),
    failures: [],
    seconds: 0,
  };
  const start = performance.now();
  const take = ({ next, histories, actions, commits, counts, failure }: Report) => {
    sum.next = Math.max(sum.next, next);
    sum.histories += histories;
    sum.actions += actions;
    sum.commits += commits;
    sum.tally.add(counts);
    if (failure) sum.failures.push(failure);
    sum.seconds = (performance.now() - start) / 1000;
    progress?.(sum, failure);
  };
  const order = {
    to: Math.min(seed + count, Number.MAX_SAFE_INTEGER),
    stride: workers,
    ms,
    atLeast: Math.ceil(atLeast / workers),
    failures: 5,
    shrinks: true,
  };
  const orders = Array.from({ length: workers }, (_, i): Order => ({ ...order, from: seed + i }));
  await Promise.all(orders.map((order) => run(order, take)));
  return sum;
}

async function run(order: Order, take: (report: Report) => void): Promise<void> {
  const worker = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", new URL("./worker.ts", import.meta.url).href, JSON.stringify(order)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let rest = "";
  for await (const text of worker.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) take(JSON.parse(line));
  }
  const { code } = await worker.status;
  if (code !== 0) throw new Error(`a worker ended with code ${code}`);
}
