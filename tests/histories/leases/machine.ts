/**
 * A machine with one process on it: its clocks, its chance, and its line to the API server. Whatever reaches the process comes by
 * here, so that it can be stopped and continued, killed, and cut off.
 */
import type { Answer, Client, Request, WatchLine, WatchOptions } from "../../../kube/api.ts";
import { LEASES } from "../../../kube/lease.ts";
import { classify } from "../../../kube/outcome.ts";
import type { Resource } from "../../../kube/resource.ts";
import type { RuntimeEnv } from "../../../runtime/env.ts";
import { EVENTS } from "../../../runtime/event.ts";
import { watch } from "../../../sandbox/watch.ts";
import type { Random } from "../../conformance/random.ts";
import type { Writer } from "../cluster.ts";
import type { World } from "../world.ts";

/** Its clocks; those of two machines have nothing to do with each other. */
export interface Clocks {
  /** What the monotonic one shows at the beginning, in milliseconds. */
  readonly from: number;
  /** How fast it goes. */
  readonly rate: number;
  /** By how much the one on the wall is fast, in milliseconds. */
  readonly wallOff: number;
}

export interface MachineOptions {
  readonly index: number;
  /** Of the process on it. */
  readonly name: string;
  readonly world: World;
  readonly chance: Random;
  readonly clocks: Clocks;
  /** Told of every request that the process sends, right before it does. */
  readonly sends: (machine: Machine, request: Request) => void;
  /** Told of every answer that reaches it, right before it does; `sentAt` is by its own clock. */
  readonly hears: (machine: Machine, request: Request, answer: Answer, sentAt: number) => void;
}

/** A client gives up then. */
const PATIENCE_MS = 5_000;
/** A way through the network takes one of these. */
const WAYS_MS = [1, 2, 5, 20];

export class Machine implements RuntimeEnv, Client {
  readonly index: number;
  readonly name: string;
  isFrozen = false;
  isDead = false;
  cut: "refused" | "lost" | undefined;
  readonly #o: MachineOptions;
  /** What would have reached the process while it was stopped. */
  readonly #held: (() => void)[] = [];
  #line = new AbortController();

  constructor(options: MachineOptions) {
    this.#o = options;
    this.index = options.index;
    this.name = options.name;
  }

  now = (): number => this.#o.clocks.from + this.#o.world.clock.now * this.#o.clocks.rate;
  wall = (): string => this.#o.world.clock.wallOff(this.#o.clocks.wallOff);
  random = (): number => this.#o.chance.next();
  defer = (callback: () => void): void => void this.after(0, callback);

  after = (ms: number, callback: () => void): () => void => {
    if (this.isDead) return () => {};
    let isOff = false;
    const once = () => isOff || callback();
    const ring = () => this.isFrozen ? void this.#held.push(once) : once();
    const cancel = this.#o.world.clock.after(ms / this.#o.clocks.rate, ring, this);
    return () => {
      isOff = true;
      cancel();
    };
  };

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = this.after(ms, resolve);
      signal?.addEventListener("abort", () => (cancel(), resolve()), { once: true });
    });

  /** The process goes on where it was stopped, and knows nothing of it. */
  thaw(): void {
    this.isFrozen = false;
    for (const callback of this.#held.splice(0)) callback();
  }

  /** Nothing reaches the process any more; what it has sent may still arrive. */
  kill(): void {
    this.isDead = true;
    this.#o.world.clock.forget(this);
    this.#line.abort();
  }

  /** Nothing gets through in either direction: what is sent is refused at once, or lost. */
  cutOff(how: "refused" | "lost"): void {
    const line = this.#line;
    this.cut = how;
    this.#line = new AbortController();
    this.after(0, () => line.abort());
  }

  mend(): void {
    this.cut = undefined;
  }

  send(request: Request, signal?: AbortSignal): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    if (this.isDead) return promise;
    const sentAt = this.now(), { clock } = this.#o.world;
    this.#o.sends(this, request);
    const giveUp = () => resolve(classify(request, LOST));
    const cancel = this.after(PATIENCE_MS, giveUp);
    signal?.addEventListener("abort", giveUp, { once: true });
    const hear = (answer: Answer) => {
      cancel();
      this.#o.hears(this, request, answer, sentAt);
      resolve(answer);
    };
    const arrive = () => {
      if (this.cut) return;
      const answer = this.#execute(request);
      this.after(this.#way, () => this.cut || signal?.aborted || hear(answer));
    };
    if (this.cut === "refused") this.after(this.#way, () => hear(classify(request, REFUSED)));
    // It is on the wire already, or leaves this machine when the process goes on.
    else if (this.random() < 0.5) clock.after(this.#way, arrive, undefined);
    else this.after(this.#way, arrive);
    return promise;
  }

  async *watch(resource: Resource, options: WatchOptions): AsyncIterable<WatchLine> {
    await this.sleep(this.#way);
    if (this.cut) return yield { type: "ERROR", status: 0, reason: "", message: "cut off" };
    const signal = AbortSignal.any([options.signal, this.#line.signal]);
    for await (const line of watch(this.#o.world.cluster.server, resource, { ...options, signal })) {
      await this.sleep(this.#way);
      if (signal.aborted) return;
      yield line;
    }
  }

  #execute(request: Request): Answer {
    const { world } = this.#o, by: Writer = isAside(request) ? "kubernetes" : this.index;
    world.onRequest(request, by);
    return world.cluster.execute(request, by);
  }

  get #way(): number {
    return this.#o.chance.pick(WAYS_MS);
  }
}

const LOST = { status: 0, body: undefined };
const REFUSED = { ...LOST, sent: false };

/** Nothing of the register. */
export const isAside = ({ resource: { kind } }: Request): boolean =>
  kind === LEASES.kind || kind === EVENTS.kind;
