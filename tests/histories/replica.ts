/** One process of the operator: a real engine, its watches, and the commits it has under way. */
import type { Answer, Request } from "../../kube/api.ts";
import type { Announcement } from "../../reconcile/announce.ts";
import type { Outcome } from "../../reconcile/apply/commit.ts";
import type { Steps } from "../../reconcile/apply/steps.ts";
import { Engine, type EngineOptions } from "../../reconcile/engine.ts";
import type { Kind } from "../../reconcile/kind.ts";
import { idOf } from "../../reconcile/item.ts";
import type { Clock } from "./clock.ts";
import type { Cluster } from "./cluster.ts";
import type { Commit } from "../../sandbox/log.ts";
import { Process } from "./process.ts";
import type { Rights } from "./rights.ts";
import { isWrite, subjectOf } from "./request.ts";

/** What makes an operator: the same for every replica. */
export interface Composition
  extends Pick<EngineOptions, "rules" | "kinds" | "tables" | "projections" | "seeds"> {
  /** A pod gets addresses only of what its namespace may use. */
  readonly isolates?: boolean;
}

export interface ReplicaOptions {
  readonly composition: Composition;
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** For backoff. */
  readonly random: () => number;
  readonly leads: boolean;
  readonly announce: (announcement: Announcement) => void;
  /** Told of every commit that begins, before its first request. */
  readonly begins: (replica: Replica, item: string) => void;
}

export interface Watch {
  readonly kind: string;
  /** Everything that happened to its kind, as it grows. */
  readonly log: readonly Commit[];
  /** How many commits of its kind the replica has seen. */
  seen: number;
  /** A list is due, and it must not be older than so many commits. */
  due: number | undefined;
  /** A list has come, and its objects are being taken in: it shows the first so many commits. */
  arriving: number | undefined;
}

/** Whether there is a change to be seen that a list need not bring. */
export const isBehind = ({ due, seen, log }: Watch): boolean => due === undefined && seen < log.length;

const NOT_SENT: Answer = { outcome: "transient", status: 0, reason: "NotLeading", message: "not sent" };

export class Replica {
  engine: Engine;
  readonly name: string;
  /** One of each kind. */
  readonly watches: readonly Watch[];
  processes: Process[] = [];
  leads: boolean;
  /** By how many milliseconds its clock on the wall is fast: a script may set it. */
  wallOff = 0;
  #o: ReplicaOptions;
  #byKind: ReadonlyMap<string, Watch>;
  #deciding: string | undefined;
  #stepped = false;

  constructor(readonly index: number, options: ReplicaOptions) {
    this.#o = options;
    this.name = `replica-${index}`;
    this.leads = options.leads;
    this.watches = options.composition.kinds.map((kind) => (
      { kind: kind.kind, log: options.cluster.logOf(kind), seen: 0, due: 0, arriving: undefined }
    ));
    this.#byKind = new Map(this.watches.map((watch) => [watch.kind, watch]));
    this.engine = this.#start();
  }

  /** The process ends, its timers with it; a new one knows nothing yet. */
  restart(): readonly Request[] {
    const unsent = this.processes.flatMap((process) => process.unsent.map((slot) => slot.request));
    this.processes = [];
    this.#o.clock.forget(this);
    this.engine = this.#start();
    return unsent;
  }

  lead(leads: boolean): void {
    this.leads = leads;
    this.engine.lead(leads);
  }

  /** Shows the next change of a kind; undefined where there is none, or a list must come first. */
  deliver(kind: Kind): Commit | undefined {
    const watch = this.#watch(kind);
    if (!isBehind(watch)) return undefined;
    return this.#show(kind, watch.seen++);
  }

  /** Shows the last change of a kind once more. */
  repeat(kind: Kind): boolean {
    const { seen, due } = this.#watch(kind);
    if (due !== undefined || seen === 0) return false;
    return this.#show(kind, seen - 1) !== undefined;
  }

  /** The watch of a kind ends, and only a list can replace it. */
  gap(kind: Kind, { trusted }: { trusted: boolean }): boolean {
    const watch = this.#watch(kind);
    if (watch.due !== undefined) return false;
    watch.due = this.#o.cluster.logOf(kind).length;
    if (!trusted) this.engine.lost(kind);
    return true;
  }

  /**
   * The list that is due arrives, and its objects are seen one by one; only when it is `whole`, what is missing in it is gone.
   *
   * @returns how many changes went unseen; undefined where no list is due, or it is not yet whole.
   */
  list(kind: Kind, { behind, whole }: { behind: number; whole: boolean }): number | undefined {
    const { cluster } = this.#o,
      watch = this.#watch(kind),
      log = cluster.logOf(kind),
      { store } = this.engine;
    if (watch.due === undefined) return undefined;
    if (watch.arriving === undefined) {
      watch.arriving = Math.max(watch.due, log.length - behind);
      for (const object of cluster.stateAt(kind, watch.arriving)) store.observe(kind, object);
    }
    if (!whole) return undefined;
    const upTo = watch.arriving, after = log[upTo], skipped = upTo - watch.seen;
    store.replace(kind, cluster.stateAt(kind, upTo), String(after ? after.rv - 1 : cluster.version));
    Object.assign(watch, { seen: upTo, due: undefined, arriving: undefined });
    this.engine.synced(kind);
    return skipped;
  }

  get isolates(): boolean {
    return this.#o.composition.isolates ?? false;
  }

  get rights(): Rights {
    return this.#o.cluster.rights;
  }

  /** Whether there is something to decide, and it may be. */
  get canStep(): boolean {
    const { engine } = this;
    return this.leads && (engine.hasWork || !this.#stepped) && engine.unsynced.length === 0;
  }

  /** Decides a key. The first time it creates what every cluster has from the start. */
  step(): boolean {
    if (!this.canStep) return false;
    this.#stepped = true;
    return this.engine.step();
  }

  process(item: string): Process | undefined {
    return this.processes.find((process) => process.item === item);
  }

  /** Gives a process its answers. Who does not lead any more sends no further write. */
  resume(process: Process): void {
    if (!process.resume()) {
      this.processes = this.processes.filter((p) => p !== process);
    } else if (!this.leads) {
      for (const slot of process.slots) if (isWrite(slot.request)) slot.answer = NOT_SENT;
    }
  }

  #watch(kind: Kind): Watch {
    return this.#byKind.get(kind.kind)!;
  }

  #show(kind: Kind, index: number): Commit {
    const { cluster } = this.#o, commit = cluster.logOf(kind)[index]!, object = cluster.trimmed(kind, commit);
    if (commit.type === "DELETED") this.engine.store.observeGone(kind, object);
    else this.engine.store.observe(kind, object);
    return commit;
  }

  #start(): Engine {
    const { composition, clock, cluster, random, announce } = this.#o;
    this.#stepped = false;
    for (const kind of composition.kinds) {
      Object.assign(this.#watch(kind), { seen: 0, due: cluster.logOf(kind).length, arriving: undefined });
    }
    const engine: Engine = new Engine({
      ...composition,
      replica: this.name,
      env: {
        now: () => clock.now,
        wall: () => clock.wallOff(this.wallOff),
        random,
        after: (ms, callback) => clock.after(ms, callback, this),
      },
      drive: (steps, done) => this.#drive(steps, done),
      announce,
      observe: {
        decided: (item, _, writes) => this.#deciding = writes.length > 0 ? idOf(item) : undefined,
        asked: (item) => this.#deciding = idOf(item),
      },
    });
    engine.lead(this.leads);
    return engine;
  }

  #drive(steps: Steps<Outcome>, done: (outcome: Outcome) => void): void {
    const process = new Process(this.#deciding ?? "", steps, done);
    this.#deciding = undefined;
    const begun = process.resume();
    // Seeds are written without a decision: their first request tells what they are about.
    if (process.item === "" && begun) process.item = subjectOf(process.slots[0]!.request);
    this.#o.begins(this, process.item);
    if (begun) this.processes.push(process);
  }
}
