/** Runs histories on two servers and finds where they differ. */
import { isDeepStrictEqual } from "node:util";
import type { Client } from "../../kube/api.ts";
import type { History } from "./generate.ts";
import { Normaliser } from "./normalise.ts";
import { fill, keyOfRequest, Memory, type Operation } from "./operation.ts";
import { subjects } from "./subjects.ts";
import { record, type Recording } from "./watching.ts";

/** Two servers that ought to answer alike; the names are for reports. */
export interface Pair {
  readonly sandbox: Client;
  readonly real: Client;
}

export interface Difference {
  readonly history: History;
  /** What they differ in: the answer to an operation, or the events of an object. */
  readonly where: string;
  readonly sandbox: unknown;
  readonly real: unknown;
}

const CONCURRENCY = 8;
let runs = 0;

/**
 * Runs each history under a name of its own, several at a time.
 *
 * @returns the first difference of each history that has one, by the history's index.
 */
export async function compare(
  pair: Pair,
  histories: readonly History[],
): Promise<ReadonlyMap<number, Difference>> {
  const batch = `c${++runs}`;
  const watched = Object.values(subjects).filter(({ resource }) =>
    histories.some((history) => history.some((operation) => operation.resource.plural === resource.plural))
  );
  const recordings = {
    sandbox: await record(pair.sandbox, watched),
    real: await record(pair.real, watched),
  };
  const found = new Map<number, Difference>();
  const queue = histories.entries();
  const work = async () => {
    for (const [index, history] of queue) {
      const difference = await compareAnswers(pair, { history, run: `${batch}h${index}z` });
      if (difference) found.set(index, difference);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));

  await Promise.all(Object.values(recordings).map((recording) => recording.settle(`${batch}end`)));
  for (const [index, history] of histories.entries()) {
    // After a first difference everything else may differ.
    const difference = found.has(index)
      ? undefined
      : compareEvents(recordings, { history, run: `${batch}h${index}z` });
    if (difference) found.set(index, difference);
  }
  for (const recording of Object.values(recordings)) recording.stop();
  return found;
}

interface Run {
  readonly history: History;
  readonly run: string;
}

async function compareAnswers(pair: Pair, { history, run }: Run): Promise<Difference | undefined> {
  const [sandbox, real] = [actor(pair.sandbox, run), actor(pair.real, run)];
  for (const [index, operation] of [...history, ...lastReads(history)].entries()) {
    const [ours, theirs] = await Promise.all([sandbox(operation), real(operation)]);
    if (isDeepStrictEqual(ours.comparable, theirs.comparable)) continue;
    const where = `the answer to operation ${index + 1}: ${operation.verb} ${operation.resource.kind}`;
    return {
      history: [...history, ...lastReads(history)].slice(0, index + 1),
      where,
      sandbox: { ...ours.comparable, message: ours.message },
      real: { ...theirs.comparable, message: theirs.message },
    };
  }
  return undefined;
}

/** Whatever an answer did not show must show in the end. */
function lastReads(history: History): Operation[] {
  const subjectsByKey = new Map(history.flatMap((operation) => {
    const key = keyOfRequest(operation);
    return key === undefined
      ? []
      : [[`${operation.resource.plural} ${key}`, { resource: operation.resource, key }]];
  }));
  return [...subjectsByKey.values()].map((target) => ({ verb: "get", ...target }));
}

function actor(client: Client, run: string) {
  const memory = new Memory();
  const normaliser = new Normaliser();
  return async (operation: Operation) => {
    const answer = await client.send(fill(operation, { run, memory }));
    for (const object of [answer.object, ...answer.items ?? []]) {
      if (object) memory.remember(operation.resource.plural, object);
    }
    return { comparable: normaliser.answer(answer), message: answer.message };
  };
}

function compareEvents(
  recordings: Readonly<Record<"sandbox" | "real", Recording>>,
  { history, run }: Run,
): Difference | undefined {
  const [sandbox, real] = [recordings.sandbox.of(run), recordings.real.of(run)];
  for (const id of new Set([...sandbox.keys(), ...real.keys()])) {
    if (isDeepStrictEqual(sandbox.get(id), real.get(id))) continue;
    return { history, where: `the events of ${id}`, sandbox: sandbox.get(id), real: real.get(id) };
  }
  return undefined;
}
