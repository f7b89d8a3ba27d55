/** Waits for an operator on a sandbox to have nothing left to do. */
import { LEASES } from "../kube/lease.ts";
import type { RuntimeEnv } from "../runtime/env.ts";
import type { Operator } from "../runtime/operator.ts";
import type { ApiServer } from "../sandbox/server.ts";

export interface UntilQuietOptions {
  readonly env: RuntimeEnv;
  readonly operator: Operator;
  readonly signal: AbortSignal;
}

/** Counters follow within a second of what they count. */
const QUIET_MS = 1_500;
const TIMEOUT_MS = 60_000;
const LOOK_MS = 50;

/** @returns whether it came to rest within a minute, and before the signal */
export async function untilQuiet(
  server: ApiServer,
  { env, operator, signal }: UntilQuietOptions,
): Promise<boolean> {
  const until = env.now() + TIMEOUT_MS;
  let writtenAt = env.now();
  const stop = server.onCommit(({ kind }) => {
    if (kind.plural !== LEASES.plural) writtenAt = env.now();
  });
  const isQuiet = () =>
    operator.isSettled && operator.eventsWaiting === 0 && env.now() - writtenAt > QUIET_MS;
  while (!isQuiet() && env.now() < until && !signal.aborted) await env.sleep(LOOK_MS, signal);
  stop();
  return isQuiet();
}
