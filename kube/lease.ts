/**
 * Leader election on a `Lease` object: one replica works, the others wait.
 *
 * **Liveness only.** Two leaders may overlap (a stopped process, a slow write): nothing may depend on there being one.
 *
 * **Expected flow.** A follower reads the lease every two seconds and takes it when it is free or has not changed for its whole
 * duration. A leader renews it every two seconds, steps down when it could not for ten or when it meets another holder, and gives
 * it back when it is stopped, so that the next one need not wait.
 *
 * @see {@link https://kubernetes.io/docs/concepts/architecture/leases/}
 */
import type { Answer, Client, Json, Outcome, Request } from "./api.ts";
import type { Env } from "./env.ts";
import * as step from "./lease_step.ts";
import type { Obj, Resource } from "./resource.ts";

export const LEASES: Resource = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};

export interface ElectOptions {
  readonly client: Client;
  readonly env: Env;
  /** Milliseconds since 1970: for the eyes of people who look at the Lease. */
  readonly wallClock: () => number;
  readonly namespace: string;
  readonly name: string;
  /** Of this process and no other, as `<pod>_<random>`. */
  readonly identity: string;
  /** Field manager of the writes. */
  readonly manager: string;
  readonly started: () => void;
  /** The lead was lost, or is about to be given back: what it does is awaited before that. */
  readonly stopped: () => void | Promise<void>;
  /** The lease could not be read or written; it will be tried again. */
  readonly failed: (answer: Answer) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

export interface Election {
  /** To be asked before every write: it turns false by the clock alone, whatever hangs. */
  isLeading(): boolean;
  /** Who held the lease when it was last read; "" for nobody. */
  holder(): string;
  /** Resolves after `signal`, when the lease has been given back. */
  readonly done: Promise<void>;
}

export function elect(options: ElectOptions): Election {
  const { client, env, wallClock, namespace, name, identity, manager, signal } = options;
  const key = `${namespace}/${name}`;
  let candidate = step.newCandidate(identity);

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const wasLeading = candidate.renewedAt !== undefined;
      await turn();
      candidate = step.expire(candidate, env.now());
      const isLeading = candidate.renewedAt !== undefined;
      if (isLeading && !wasLeading) options.started();
      if (wasLeading && !isLeading) await options.stopped();
      await env.sleep(pauseMs(), signal);
    }
    if (candidate.renewedAt === undefined) return;
    await options.stopped();
    await giveBack();
  }

  /** Spread, so that replicas which started together do not always ask together; a lease that runs out is looked at just then. */
  function pauseMs(): number {
    const pause = step.RETRY_MS + (step.LOOK_MS - step.RETRY_MS) * env.random();
    const left = step.takeableInMs(candidate, env.now());
    return left > 0 ? Math.min(left, pause) : pause;
  }

  async function turn(): Promise<void> {
    if (step.nextStep(candidate, env.now()) === "read") await read();
    const next = step.nextStep(candidate, env.now());
    if (next === "read" || next === "wait") {
      candidate = step.stale(candidate);
      return;
    }
    const sentAt = env.now();
    // Not stopped by `signal`: after a write of unknown outcome the lease could not be given back.
    const { object } = await ask(write(next));
    candidate = object ? step.afterWrite(candidate, readLease(object), sentAt) : step.stale(candidate);
  }

  async function read(): Promise<void> {
    const { outcome, object } = await ask({ verb: "get", resource: LEASES, key });
    if (outcome === "gone") candidate = step.afterRead(candidate, null, env.now());
    if (object) candidate = step.afterRead(candidate, readLease(object), env.now());
  }

  function write(next: step.LeaseStep): Request {
    const time = microTime(wallClock());
    const taken = { acquireTime: time, leaseTransitions: (candidate.lease?.transitions ?? -1) + 1 };
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: step.DURATION_MS / 1000,
      renewTime: time,
      ...(next === "renew" ? {} : taken),
    };
    if (next !== "create") return change(spec);
    const { apiVersion, kind } = LEASES;
    const body = { apiVersion, kind, metadata: { name, namespace }, spec };
    return { verb: "create", resource: LEASES, manager, body };
  }

  /** Only if nobody else has changed the lease since we met it. */
  function change(spec: Json): Request {
    const body = { metadata: { resourceVersion: candidate.lease?.resourceVersion }, spec };
    return { verb: "merge", resource: LEASES, key, manager, body };
  }

  async function giveBack(): Promise<void> {
    if (!candidate.isFresh) await read();
    if (candidate.renewedAt === undefined) return;
    await ask(change({ holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime(wallClock()) }));
    candidate = step.newCandidate(identity);
  }

  /** Gives up in time to step down in time. */
  async function ask(request: Request): Promise<Answer> {
    const left = step.leadLeftMs(candidate, env.now());
    const limit = new AbortController();
    env.sleep(left > 0 ? Math.min(ASK_MS, left) : ASK_MS, limit.signal).then(() => limit.abort());
    const answer = await client.send(request, limit.signal);
    limit.abort();
    if (!EXPECTED.has(answer.outcome)) options.failed(answer);
    return answer;
  }

  return {
    isLeading: () => step.leadLeftMs(candidate, env.now()) > 0,
    holder: () => candidate.lease?.holder ?? "",
    done: run(),
  };
}

/** An answer that takes longer is not waited for. */
const ASK_MS = 5_000;

/** Another candidate was faster, or there is no lease yet: ordinary life. */
const EXPECTED: ReadonlySet<Outcome> = new Set(["ok", "conflict", "gone"]);

function readLease({ metadata, spec }: Obj): step.Lease {
  const { holderIdentity, leaseDurationSeconds, leaseTransitions } = (spec ?? {}) as Json;
  return {
    resourceVersion: metadata.resourceVersion,
    holder: holderIdentity ?? "",
    durationMs: (leaseDurationSeconds ?? 0) * 1000,
    transitions: leaseTransitions ?? 0,
  };
}

/** RFC 3339 with exactly six digits of a second: Kubernetes' MicroTime takes no other. */
function microTime(sinceEpochMs: number): string {
  return new Date(sinceEpochMs).toISOString().replace("Z", "000Z");
}
