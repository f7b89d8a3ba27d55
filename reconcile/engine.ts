/**
 * Keys in, writes out.
 *
 * # Expected flow
 * 1. Watches fill the store; when every kind is complete the barrier opens, and every key is looked at once.
 * 2. A key is taken, its handler decides synchronously, the outcome is assumed in the store, its writes are committed.
 * 3. Answers and watch events change the store; a change wakes whoever a relation, a wake row or a wait names.
 *
 * # Guarantees
 * Before the barrier nothing is decided. Between reading the view and assuming the outcome nobody else decides. One key is
 * never in flight twice; a key that is woken while in flight runs again after. At rest, waking every key writes nothing.
 *
 * # Errors
 * A handler that throws quarantines its object and nothing else. Nothing here throws for what a cluster does.
 */
import type { Answer } from "../kube/api.ts";
import { type Announcement, Announcer } from "./announce.ts";
import { commit, type Outcome } from "./apply/commit.ts";
import { type Steps, type Tools } from "./apply/steps.ts";
import { assumptions } from "./assumptions.ts";
import { diff } from "./diff.ts";
import { Edges } from "./edges.ts";
import type { Drive, Env } from "./env.ts";
import { gate } from "./gate.ts";
import { intentChanged, offerChanged, verdictChanged } from "./intent.ts";
import { isSame, type Item, ItemMap } from "./item.ts";
import { Journal } from "./journal.ts";
import { hasStatus, type Key, keyOf, type Kind, type Obj } from "./kind.ts";
import { Patience } from "./patience.ts";
import { type Entry, type Plan, wait } from "./plan.ts";
import type { Projection } from "./projection.ts";
import { Questions } from "./questions.ts";
import { type Priority, Queue } from "./queue.ts";
import type { Rules } from "./rules.ts";
import { isAssumed, Store } from "./store.ts";
import type { On, Subject, Table } from "./table.ts";
import { type View, viewOf } from "./view.ts";
import { Waits } from "./waits.ts";
import type { Write } from "./write.ts";

export interface EngineOptions {
  readonly rules: Rules;
  readonly kinds: readonly Kind[];
  readonly tables: readonly Table[];
  readonly projections: readonly Projection[];
  /** Created once per start where they are absent. */
  readonly seeds?: readonly Entry[];
  /** Name of this process. */
  readonly replica: string;
  readonly env: Env;
  readonly drive: Drive;
  readonly announce?: (announcement: Announcement) => void;
  readonly observe?: Observer;
  /** How many commits may be under way. */
  readonly atOnce?: number;
}

/** Told what happens, for metrics and logs. */
export interface Observer {
  readonly decided?: (item: Item, plan: Plan | undefined, writes: readonly Write[]) => void;
  readonly committed?: (item: Item, outcome: Outcome, ms: number) => void;
  readonly threw?: (item: Item, error: unknown) => void;
  /** A question is about to be sent. */
  readonly asked?: (item: Item) => void;
}

const AT_ONCE = 64;
const COUNTERS_MS = 1000;

export class Engine {
  readonly store: Store;
  readonly view: View;
  readonly journal = new Journal();
  #o: EngineOptions;
  #rows = new Map<string, { table: Table; row: On }>();
  #edges: Edges;
  #queue = new Queue(() => this.#turn());
  #waits = new Waits(({ kind, key }) => this.store.get(kind, key) !== undefined);
  #questions: Questions;
  #announcer = new Announcer();
  #inFlight = new ItemMap<true>();
  #again = new ItemMap<Priority>();
  /** The commit whose answers are being learnt right now: what it changes is no news to its own subject. */
  #acting: Item | undefined;
  #patience: Patience;
  #counted = new ItemMap<number>();
  #synced = new Set<string>();
  #begun = false;
  /** Seeds that were absent at the start and have not been created yet; undefined before the first decision. */
  #seeds: ItemMap<Entry> | undefined;
  #leads = true;

  constructor(options: EngineOptions) {
    this.#o = options;
    this.#patience = new Patience(options.env);
    const { rules, tables, projections } = options;
    const rows = tables.flatMap((table) => table.rows.map((row) => ({ table, row })));
    for (const { table, row } of rows) {
      if (row.row === "wake") continue;
      if (this.#rows.has(row.watch.kind)) throw new Error(`two handlers answer for ${row.watch.kind}`);
      this.#rows.set(row.watch.kind, { table, row });
    }
    this.#edges = new Edges(rules.relations, rows.map(({ row }) => row));
    this.store = new Store({
      relations: rules.relations,
      projections,
      finalizers: [rules.finalizer, ...rules.formerFinalizers],
      census: [...this.#rows.values()].flatMap(({ row }) => row.census ? [row.watch] : []),
    });
    this.store.onChange = (kind, before, after) => this.#changed(kind, before, after);
    this.store.onUnreadable = (kind, object, error) => this.#unreadable(kind, object, error);
    this.store.onFreed = (kind, key) => this.#call({ kind, key });
    this.store.onLinger = (ms, end) => void options.env.after(ms, end);
    this.view = viewOf(this.store);
    this.#questions = new Questions(this.store, options);
  }

  /** Something waits to be decided. */
  get hasWork(): boolean {
    return !this.#queue.isEmpty || this.#waits.hasTurns;
  }
  /** Nothing waits to be decided and nothing is under way; waits and backoffs may be pending. */
  get idle(): boolean {
    return !this.hasWork && this.#inFlight.size === 0 && this.#questions.underWay === 0;
  }
  get inFlight(): number {
    return this.#inFlight.size;
  }
  /** Keys that will be tried again by the clock. */
  get pending(): number {
    return this.#patience.size;
  }
  depth(lane: Priority): number {
    return this.#queue.depth(lane);
  }
  /** Kinds whose cache is not complete: nothing is decided while there are any. */
  get unsynced(): readonly Kind[] {
    const { kinds } = this.#o;
    return this.#synced.size === kinds.length ? [] : kinds.filter((kind) => !this.#synced.has(kind.kind));
  }

  /** The cache of that kind is complete. */
  synced(kind: Kind): void {
    this.#synced.add(kind.kind);
    if (!this.#begun && this.unsynced.length === 0) this.#begin();
  }
  /** The cache of that kind can no longer be trusted: everything stops until it is complete again. */
  lost(kind: Kind): void {
    this.#synced.delete(kind.kind);
    if (this.#begun) this.store.reopen(this.#o.kinds);
    this.#begun = false;
    this.#queue.clear();
    this.#waits.dismiss();
  }

  /** Whether this process writes. A follower keeps its caches and its queue warm. */
  lead(leads: boolean): void {
    this.#leads = leads;
  }

  /** Looks at every key again, after everything that is more urgent. At rest this writes nothing. */
  resync(): void {
    this.#queue.sweep(this.#everything());
  }

  /** What the handler wants for this object now, and what would be written. Changes nothing. */
  explain(kind: Kind, key: Key): { plan: Plan | undefined; writes: readonly Write[] } | undefined {
    const object = this.store.get(kind, key);
    if (!object) return undefined;
    const subject: Subject = { kind, object, row: this.#rows.get(kind.kind)?.row };
    const plan = this.#plan(subject);
    return {
      plan,
      writes: diff(subject, plan, { rules: this.#o.rules, store: this.store, countersDue: true }),
    };
  }

  /** Decides one key. Returns false when there is none that may be decided now. */
  step(): boolean {
    if (!this.#begun || !this.#leads || this.#inFlight.size >= (this.#o.atOnce ?? AT_ONCE)) return false;
    if (!this.#seeds) this.#seed();
    for (let item = this.#queue.take(); item; item = this.#queue.take()) {
      if (!this.#inFlight.has(item)) {
        this.#decide(item);
        return true;
      }
      this.#again.set(item, "live");
    }
    return false;
  }

  #begin(): void {
    this.#begun = true;
    this.store.begin();
    this.resync();
    for (const [kind, intent] of this.#seeds?.values() ?? []) this.#wake(kind, keyOf(intent), "live");
  }

  /** Who rests is looked at by the clock. */
  #turn(): Item | undefined {
    for (let item = this.#waits.turn(); item; item = this.#waits.turn()) {
      if (!this.#patience.isResting(item)) return item;
    }
  }

  *#everything(): Generator<Item, undefined> {
    for (const kind of this.#o.kinds) for (const key of this.store.keys(kind)) yield { kind, key };
  }

  #seed(): void {
    this.#seeds = new ItemMap();
    for (const entry of this.#o.seeds ?? []) {
      const item = { kind: entry[0], key: keyOf(entry[1]) };
      if (this.store.get(item.kind, item.key)) continue;
      this.#seeds.set(item, entry);
      this.#queue.add(item, "live");
    }
  }

  /** Until it succeeds, or somebody else created it. */
  #sow(item: Item, entry: Entry): void {
    this.#commit(item, [{ phase: "claim", entry }], () => this.#seeds?.delete(item));
  }

  #wake(kind: Kind, key: Key | undefined, priority: Priority): void {
    if (key === undefined || !this.#begun) return;
    const item = { kind, key };
    if (isSame(this.#acting, item) || this.#patience.isResting(item)) return;
    if (this.#inFlight.has(item)) this.#again.set(item, priority);
    else this.#queue.add(item, priority);
  }

  #changed(kind: Kind, before: Obj | undefined, after: Obj | undefined): void {
    if (!this.#begun) return;
    const object = after ?? before!, key = keyOf(object);
    if (!after) this.#announcer.forget(object.metadata.uid);
    const intent = intentChanged(kind, before, after);
    if (intent) this.#forgive({ kind, key });
    this.#wake(kind, key, "live");
    const matters = intent || offerChanged(kind, before, after);
    if (matters || (hasStatus(kind) && verdictChanged(before, after))) this.#end({ kind, key });
    const change = { kind, before, after, matters };
    try {
      for (const [effect, item] of this.#edges.concernedBy(change, this)) {
        if (effect === "wake") this.#wake(item.kind, item.key, "wake");
        else this.#call(item);
      }
    } catch (error) {
      this.#unreadable(kind, object, error);
    }
  }

  /** Only where somebody changed a definition: the API server lets nothing else through that is of another type. */
  #unreadable(kind: Kind, object: Obj, error: unknown): void {
    this.#o.observe?.threw?.({ kind, key: keyOf(object) }, error);
    const why = error instanceof Error ? error.message : error;
    const message =
      `a field is not of the type that ${kind.kind} has it, and what was known before stays: ${why}; compare it with the CRD`;
    this.#say([{ kind, object, type: "Warning", reason: "Invalid", message }]);
  }

  /** A changed object deserves a new try at once. */
  #forgive(item: Item): void {
    if (!isSame(this.#acting, item)) this.#patience.forgive(item);
  }

  #end(on: Item): void {
    for (const { kind, key } of this.#waits.end(on)) this.#wake(kind, key, "wake");
  }
  #call(on: Item): void {
    if (this.#begun) this.#waits.call(on);
  }

  #plan({ kind, object, row }: Subject): Plan | undefined {
    if (!row) return undefined;
    try {
      return gate(this.#o.rules, this.store, { kind, object }, row.handler(object, this.view));
    } catch (error) {
      const item = { kind, key: keyOf(object) };
      this.#o.observe?.threw?.(item, error);
      const message = `cannot be handled as it stands: ${error instanceof Error ? error.message : error}`;
      return wait({ reason: "Invalid", message }, [[kind, item.key]], {
        conditions: { Error: { status: "True", reason: "Invalid", message } },
      });
    }
  }

  /** Synchronous from reading to assuming. */
  #decide(item: Item): void {
    const { kind, key } = item, object = this.store.get(kind, key), seed = this.#seeds?.get(item);
    if (!object && seed) return this.#sow(item, seed);
    this.#seeds?.delete(item);
    if (!object || isAssumed(object)) return this.#patience.forgive(item);
    const subject: Subject = { kind, object, row: this.#rows.get(kind.kind)?.row };
    const plan = this.#plan(subject);
    const { creationTimestamp: born = "" } = object.metadata;
    if (plan?.until) this.#waits.add({ item, born }, plan.until);
    for (const [kind, key] of plan?.until ?? []) this.#questions.ask({ kind, key });
    const countersDue = this.#countersDue(item, plan);
    const writes = diff(subject, plan, { rules: this.#o.rules, store: this.store, countersDue });
    this.#o.observe?.decided?.(item, plan, writes);
    if (plan) this.#say(this.#announcer.before(kind, object, { plan, writes }));
    if (plan?.verdict === "desired" && plan.recheckMs !== undefined) this.#later(item, plan.recheckMs);
    if (writes.length === 0) return this.#patience.forgive(item);
    this.#commit(
      item,
      writes,
      plan && (() => this.#say(this.#announcer.after(kind, object, { plan, writes }))),
    );
  }

  /** Counters are computed at most once a second and object; what is not due now comes by the clock. */
  #countersDue(item: Item, plan: Plan | undefined): boolean {
    if (!plan?.counters) return false;
    const now = this.#o.env.now(), due = (this.#counted.get(item) ?? -Infinity) + COUNTERS_MS;
    if (now < due) {
      this.#later(item, due - now);
      return false;
    }
    this.#counted.set(item, now);
    return true;
  }

  #commit(item: Item, writes: readonly Write[], after: (() => void) | undefined): void {
    const { env, rules, replica, drive, observe } = this.#o;
    const assumed = assumptions(writes);
    const name = this.#rows.get(item.kind.kind)?.table.name ?? "relations";
    const tools: Tools = {
      rules,
      store: this.store,
      manager: `${rules.operator}/${name}`,
      replica,
      now: () => env.wall(),
    };
    const began = env.now();
    this.#inFlight.set(item, true);
    this.#as(item, () => assumed.forEach(([kind, object]) => this.store.assume(kind, object)));
    drive(this.journal.record(item, env.wall(), this.#acts(item, commit(tools, writes))), (outcome) => {
      this.#as(
        item,
        () => assumed.forEach(([kind, object]) => this.store.forgetAssumed(kind, keyOf(object))),
      );
      this.#inFlight.delete(item);
      const again = this.#again.get(item);
      this.#again.delete(item);
      observe?.committed?.(item, outcome, env.now() - began);
      if (!outcome.stop) after?.();
      this.#ended(item, outcome);
      // After a success its own answers are looked at once more: what was only a first step is continued.
      if (again || !outcome.stop) this.#wake(item.kind, item.key, again ?? "wake");
    });
  }

  #as(item: Item, change: () => void): void {
    this.#acting = item;
    change();
    this.#acting = undefined;
  }

  /** The same steps; while one of them runs, its subject is not woken. */
  *#acts(item: Item, steps: Steps<Outcome>): Steps<Outcome> {
    let answers: readonly Answer[] = [];
    for (;;) {
      this.#acting = item;
      let next;
      try {
        next = steps.next(answers);
      } finally {
        this.#acting = undefined;
      }
      if (next.done) return next.value;
      answers = yield next.value;
    }
  }

  #ended(item: Item, { stop }: Outcome): void {
    if (!stop) return this.#patience.forgive(item);
    if (stop.stop === "failed") this.#refused(item, stop.answer.message);
    this.#patience.fail(
      item,
      stop,
      () => this.#wake(item.kind, item.key, stop.stop === "replan" ? "live" : "wake"),
    );
  }

  #refused({ kind, key }: Item, message: string): void {
    const object = this.store.get(kind, key);
    if (object) this.#say([{ kind, object, type: "Warning", reason: "FailedWrite", message }]);
  }

  #later(item: Item, ms: number): void {
    this.#patience.later(item, ms, () => this.#wake(item.kind, item.key, "wake"));
  }

  #say(announcements: readonly Announcement[]): void {
    for (const announcement of announcements) this.#o.announce?.(announcement);
  }
}
