/**
 * One replica of an operator: watches fill the engine, the engine decides, the drive writes, a lease says who may.
 *
 * # Expected flow
 * 1. All kinds are watched at once; when every cache is complete the engine begins.
 * 2. The lease makes this replica the leader, at once where it is free. A follower keeps its caches and its queue warm.
 * 3. Every ten minutes all keys are looked at once more, after everything that is more urgent. At rest that writes nothing.
 * 4. Told to stop, it decides nothing more, waits for the writes under way, and gives the lease back.
 *
 * # Guarantees
 * Nothing here holds the event loop up for longer than a slice of the pump, however large the cluster is. A kind that is not
 * served, or not any more, stops all decisions until it is back.
 */
import type { Client } from "../kube/api.ts";
import { elect, type Election } from "../kube/lease.ts";
import { Engine, type EngineOptions } from "../reconcile/engine.ts";
import type { Kind } from "../reconcile/kind.ts";
import { drive } from "./drive.ts";
import type { RuntimeEnv } from "./env.ts";
import { merged, type Observer } from "./observers.ts";
import { Pump } from "./pump.ts";
import { Recorder } from "./recorder.ts";
import { tracing } from "./tracing.ts";
import { type Watched, Watching } from "./watching.ts";

/** What an operator is made of: all that is its own. */
export type Definition = Pick<EngineOptions, "rules" | "kinds" | "tables" | "projections" | "seeds">;

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

export interface OperatorOptions {
  readonly definition: Definition;
  readonly client: Client;
  readonly env: RuntimeEnv;
  /** Name of this process and no other: `<pod>_<random>`. */
  readonly replica: string;
  /** Absent: this process is alone, and leads. */
  readonly lease?: LeaseName;
  readonly observers?: readonly Observer[];
}

/** Nothing should need it; whatever a wake-up that never came has left lying about is found by then. */
const SWEEP_MS = 10 * 60_000;
/** How often it is looked whether the last writes are through, when stopping. */
const DRAIN_LOOK_MS = 20;
/** Writes that are not through by then are given up: whoever comes next can safely repeat them. */
const DRAIN_MS = 5_000;

export class Operator {
  readonly engine: Engine;
  readonly pump: Pump;
  #options: OperatorOptions;
  #observer: Required<Observer>;
  #recorder: Recorder;
  #watching: Watching;
  #election: Election | undefined;
  #stop = new AbortController();
  #cancelSweep = () => {};

  constructor(options: OperatorOptions) {
    this.#options = options;
    const { definition, client, env, replica, observers = [] } = options;
    const { operator: name } = definition.rules;
    const trace = tracing(name), wake = () => this.pump.wake();
    const observer = this.#observer = merged(trace ? [trace.observer, ...observers] : observers);
    this.engine = new Engine({
      ...definition,
      replica,
      env: { ...env, after: (ms, callback) => env.after(ms, () => (callback(), wake())) },
      drive: drive({ client, isLeading: () => this.isLeading, ended: wake, trace: trace?.begin }),
      observe: observer,
      announce: (announcement) => {
        this.#recorder.announce(announcement);
        observer.announced(announcement);
      },
    });
    const isBusy = () => !this.engine.idle;
    this.#recorder = new Recorder({
      client,
      env,
      name,
      instance: replica,
      isBusy,
      dropped: observer.dropped,
    });
    this.pump = new Pump(env, [() => this.#watching.inbox.step(), () => this.engine.step()]);
    this.#watching = new Watching({
      client,
      env,
      engine: this.engine,
      kinds: definition.kinds,
      wake,
      turned: observer.watchTurned,
      signal: this.#stop.signal,
    });
  }

  start(): void {
    this.#watching.start();
    this.#sweepLater();
    const { lease } = this.#options;
    if (lease) this.#campaign(lease);
    else this.#observer.leads(true);
  }

  get kinds(): readonly Kind[] {
    return this.#options.definition.kinds;
  }
  get isLeading(): boolean {
    return this.#election ? this.#election.isLeading() : !this.#stop.signal.aborted;
  }
  /** Who leads, as far as this replica knows; "" when nobody is known to. */
  get leader(): string {
    return this.#election ? this.#election.holder() : this.#options.replica;
  }
  get watched(): readonly Watched[] {
    return this.#watching.watched;
  }
  /** Events that have not been posted yet. */
  get eventsWaiting(): number {
    return this.#recorder.waiting;
  }
  /** All that was seen has been decided and written; what waits, waits for the world or for the clock. */
  get isSettled(): boolean {
    const { inbox } = this.#watching, { engine } = this;
    return inbox.size === 0 && engine.unsynced.length === 0 && engine.idle && this.isLeading;
  }

  /** Resolves when the writes under way are through, the lease is given back and the watches have ended. */
  async stop(): Promise<void> {
    this.#cancelSweep();
    this.engine.lead(false);
    await this.#drained();
    this.#stop.abort();
    await Promise.all([this.#election?.done, this.#watching.done()]);
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#options.env.after(SWEEP_MS, () => {
      this.engine.resync();
      this.pump.wake();
      this.#sweepLater();
    });
  }

  #campaign(lease: LeaseName): void {
    const { client, env, replica, definition } = this.#options;
    this.engine.lead(false);
    this.#election = elect({
      client,
      env,
      ...lease,
      identity: replica,
      manager: `${definition.rules.operator}/lease`,
      wallClock: () => Date.parse(env.wall()),
      signal: this.#stop.signal,
      failed: this.#observer.leaseFailed,
      started: () => {
        this.engine.lead(true);
        this.pump.wake();
        this.#observer.leads(true);
      },
      stopped: async () => {
        this.engine.lead(false);
        this.#observer.leads(false);
        await this.#drained();
      },
    });
  }

  async #drained(): Promise<void> {
    const { env } = this.#options, until = env.now() + DRAIN_MS;
    while (this.engine.inFlight > 0 && env.now() < until) await env.sleep(DRAIN_LOOK_MS);
  }
}
