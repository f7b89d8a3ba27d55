/** Records what a server's watches say, object by object. */
import type { Client, Json } from "../../kube/api.ts";
import { keyOf, type Obj, type Resource } from "../../kube/resource.ts";
import { Normaliser } from "./normalise.ts";
import { fill, Memory } from "./operation.ts";
import { namespace, type Subject } from "./subjects.ts";

export interface WatchEvent {
  readonly type: string;
  readonly object: Json;
}

export interface Recording {
  /** Resolves when everything that happened before has arrived. `end` is a name nobody uses. */
  settle(end: string): Promise<void>;
  /** What was said of the objects whose plural and key contain `run`. */
  of(run: string): ReadonlyMap<string, readonly WatchEvent[]>;
  stop(): void;
}

/** Starts watching the kinds of `subjects`; resolves when all of them have begun. */
export async function record(client: Client, subjects: readonly Subject[]): Promise<Recording> {
  const stop = new AbortController();
  const tapes = await Promise.all(subjects.map(({ resource }) => tape(client, resource, stop.signal)));
  return {
    async settle(end) {
      // Namespaced kinds need it; for namespaces themselves the last name is another one.
      await client.send(create(namespace, { name: "$run", run: end }));
      await Promise.all(
        tapes.map((tape, index) => finish(client, { subject: subjects[index] as Subject, tape, end })),
      );
    },
    of(run) {
      const lines = tapes.flatMap(({ lines }) => lines).filter(({ id }) => id.includes(run));
      return new Map([...Map.groupBy(lines, ({ id }) => id)].map(([id, events]) => {
        const normaliser = new Normaliser();
        return [id, events.map(({ type, object }) => ({ type, object: normaliser.object(object) }))];
      }));
    },
    stop: () => stop.abort(),
  };
}

interface Tape {
  readonly lines: { readonly type: string; readonly object: Obj; readonly id: string }[];
  readonly ended: Promise<void>;
  seen(key: string): Promise<void>;
}

async function tape(client: Client, resource: Resource, signal: AbortSignal): Promise<Tape> {
  const lines: Tape["lines"] = [];
  const awaited = new Map<string, () => void>();
  const begun = Promise.withResolvers<void>();
  const follow = async (): Promise<void> => {
    for await (const line of client.watch(resource, { signal })) {
      if (signal.aborted) return;
      if (line.type === "ERROR") {
        // A kind whose CRD was just made is initialising.
        if (line.status === 429) return await follow();
        throw new Error(`watch of ${resource.plural}: ${line.status} ${line.message}`);
      }
      if (line.type !== "BOOKMARK") {
        const key = keyOf(line.object);
        lines.push({ ...line, id: `${resource.plural} ${key}` });
        awaited.get(key)?.();
      } else if (line.initialEventsEnd) begun.resolve();
    }
  };
  const ended = follow();

  await Promise.race([begun.promise, ended]);
  return {
    lines,
    ended,
    async seen(key) {
      const seen = new Promise<void>((resolve) => awaited.set(key, resolve));
      if (!lines.some(({ object }) => keyOf(object) === key)) await Promise.race([seen, ended]);
    },
  };
}

/** Makes a last object of the kind: once the watch has shown it, it has shown all that came before. */
async function finish(
  client: Client,
  { subject, tape, end }: { subject: Subject; tape: Tape; end: string },
): Promise<void> {
  const { object, message } = await client.send(
    create(subject, { name: subject.names.at(-1) as string, run: end }),
  );
  if (!object) throw new Error(`no last ${subject.resource.kind}: ${message}`);
  await tape.seen(keyOf(object));
}

function create({ resource, specimen }: Subject, { name, run }: { name: string; run: string }) {
  return fill({ verb: "create", resource, body: specimen(name), manager: "end" }, {
    run,
    memory: new Memory(),
  });
}
