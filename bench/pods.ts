/**
 * Pods to `allocated` on a real API server, beside a bare client that makes the same writes with the same concurrency.
 *
 * Usage: `deno run -A bench/pods.ts [-o json] [--pods 1000,5000]`
 */
import { parseArgs } from "node:util";
import { OVN, podKey } from "../crds/annotations.ts";
import { Pod } from "../crds/foreign.ts";
import type { Operator } from "../runtime/operator.ts";
import { bareWrites } from "./bare_client.ts";
import { cpuSeconds, env, lead, Rig, together, until } from "./rig.ts";
import { print, type Row } from "./row.ts";

const ALLOCATED = podKey(OVN, "allocated");

interface Burst {
  readonly perSecond: number;
  /** Of this process; the API server is another one. */
  readonly cpuSeconds: number;
}

interface Operated extends Burst {
  readonly writesPerPod: number;
}

/** Pods a second, by the operator: it has seen all of them when it is told to begin. */
async function operated(rig: Rig, operator: Operator, count: number): Promise<Operated> {
  lead(operator, false);
  await rig.createPods(count, "burst");
  const pods = () =>
    [...operator.engine.store.values(Pod)].filter((p) => p.metadata.name.startsWith("burst-"));
  await until(() => pods().length === count);
  const written = rig.written, cpu = cpuSeconds(), began = env.now();
  lead(operator, true);
  await until(() => operator.engine.idle, { everyMs: 5 });
  await until(() => pods().every((p) => p.metadata.annotations?.[ALLOCATED] === "true"), { everyMs: 5 });
  return {
    perSecond: count / ((env.now() - began) / 1000),
    cpuSeconds: cpuSeconds() - cpu,
    writesPerPod: (rig.written - written) / count,
  };
}

/** The same by the bare client, on an API server of its own. */
async function bare(count: number): Promise<Burst> {
  await using rig = await Rig.start();
  await rig.createPods(count, "bare");
  const { items = [] } = await rig.must({ verb: "list", resource: Pod, namespace: "default" });
  const cpu = cpuSeconds(), began = env.now();
  await together(count, (i) => bareWrites(rig, items[i]!, `10.16.${Math.floor(i / 250)}.${i % 250 + 2}`));
  return { perSecond: count / ((env.now() - began) / 1000), cpuSeconds: cpuSeconds() - cpu };
}

/** Milliseconds from the answer to a pod's creation until the cache shows it annotated, on an idle system, ascending. */
async function latencies(rig: Rig, operator: Operator, samples: number): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < samples; i++) {
    await rig.createPod(`idle-${i}`);
    const began = env.now(), key = `default/idle-${i}`;
    const isTold = () => operator.engine.store.get(Pod, key)?.metadata.annotations?.[ALLOCATED] === "true";
    await until(isTold, { everyMs: 1 });
    taken.push(env.now() - began);
  }
  return taken.sort((a, b) => a - b);
}

/** Writes to release one pod. */
async function released(rig: Rig, operator: Operator, count: number): Promise<number> {
  await until(() => operator.isSettled);
  const written = rig.written;
  await rig.deletePods(Array.from({ length: count }, (_, i) => `burst-${i}`));
  await until(() =>
    operator.isSettled && ![...operator.engine.store.keys(Pod)].some((k) => k.includes("/burst-"))
  );
  return (rig.written - written) / count;
}

/** All rows about pods. The floor is measured before and after, and the better one counts. */
export async function pods(counts: readonly number[], say: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of counts) {
    const before = await bare(count);
    say(`bare client, ${count} pods: ${before.perSecond.toFixed(0)}/s`);
    await using rig = await Rig.start();
    const operator = await rig.ready();
    const burst = await operated(rig, operator, count);
    say(`operator, ${count} pods: ${burst.perSecond.toFixed(0)}/s`);
    if (count === counts[0]) rows.push(...await single(rig, operator, count));
    await operator.stop();
    const after = await bare(count);
    rows.push(...burstRows(count, burst, {
      perSecond: Math.max(before.perSecond, after.perSecond),
      cpuSeconds: Math.min(before.cpuSeconds, after.cpuSeconds),
    }));
  }
  return rows;
}

async function single(rig: Rig, operator: Operator, count: number): Promise<Row[]> {
  await until(() => operator.isSettled);
  const sorted = await latencies(rig, operator, 200), p99 = sorted[Math.floor(sorted.length * 0.99)]!;
  const writes = await released(rig, operator, count);
  return [
    { what: "p99 latency of one pod, idle", value: p99, unit: "ms", goal: "≤ 50", met: p99 <= 50 },
    {
      what: "writes to release",
      value: writes,
      unit: "writes/pod",
      floor: 2,
      ratio: writes / 2,
      goal: "2",
      met: writes < 2.05,
    },
  ];
}

function burstRows(count: number, { perSecond, cpuSeconds, writesPerPod }: Operated, floor: Burst): Row[] {
  const ratio = perSecond / floor.perSecond, perThousand = (cpu: number) => cpu / count * 1000;
  const cpu = perThousand(cpuSeconds), cpuFloor = perThousand(floor.cpuSeconds);
  return [
    {
      what: `${count} pods to allocated`,
      value: perSecond,
      unit: "pods/s",
      floor: floor.perSecond,
      ratio,
      goal: "≥ 0.8 of floor",
      met: ratio >= 0.8,
    },
    {
      what: `CPU, ${count} pods`,
      value: cpu,
      unit: "s/1,000 pods",
      floor: cpuFloor,
      ratio: cpu / cpuFloor,
      goal: "≤ 3",
      met: cpu <= 3,
    },
    {
      what: `writes to allocate, ${count} pods`,
      value: writesPerPod,
      unit: "writes/pod",
      floor: 3,
      ratio: writesPerPod / 3,
      goal: "3",
      met: writesPerPod < 3.05,
    },
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { output: { type: "string", short: "o" }, pods: { type: "string" } },
  });
  const counts = (values.pods ?? "1000,5000").split(",").map(Number);
  print(await pods(counts, (line) => console.error(line)), { json: values.output === "json" });
  Deno.exit(0);
}
