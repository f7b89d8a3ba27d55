/**
 * One replica of an operator over a sandbox, run to rest step by step: no network, no promises, a clock that jumps.
 *
 * What may interfere between two requests is the business of `tests/histories`; here nothing does, unless a test says so.
 */
import type { Answer, Json, Request } from "../kube/api.ts";
import { classify } from "../kube/outcome.ts";
import type { Announcement } from "../reconcile/announce.ts";
import type { Outcome } from "../reconcile/apply/commit.ts";
import type { Steps } from "../reconcile/apply/steps.ts";
import { Engine, type EngineOptions } from "../reconcile/engine.ts";
import { type Key, keyOf, type Kind, type Obj, type Of } from "../reconcile/kind.ts";
import { idOf, type Item, ItemMap } from "../reconcile/item.ts";
import { isQuestion } from "../reconcile/questions.ts";
import type { Resource } from "../kube/resource.ts";
import type { Write } from "../reconcile/write.ts";
import type { ApiServer } from "../sandbox/server.ts";

type Composition = Pick<EngineOptions, "rules" | "kinds" | "tables" | "projections" | "seeds">;

export interface LabOptions extends Composition {
  readonly server: ApiServer;
  /** Answers in place of the server, or `undefined` to let it answer. */
  readonly intercept?: (request: Request) => Answer | undefined;
  readonly replica?: string;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Far more than anything needs that comes to rest. */
const MOST_TIMES = 500;
/** How many of the last writes tell of it. */
const LISTED = 10;

const WRITES: ReadonlySet<string> = new Set(["create", "update", "apply", "merge", "patch", "delete"]);

export class Lab {
  readonly server: ApiServer;
  readonly announced: Announcement[] = [];
  /** Every request of the operator with its answer. */
  readonly sent: { request: Request; answer: Answer }[] = [];
  engine: Engine;
  intercept: (request: Request) => Answer | undefined;
  #options: LabOptions;
  #now = 0;
  #timers = new Set<Timer>();
  #seen = 0;
  /** How often each object was decided in this `settle`, and something was to be written. */
  #writing = new ItemMap<number>();

  constructor(options: LabOptions) {
    this.#options = options;
    this.server = options.server;
    this.intercept = options.intercept ?? (() => undefined);
    this.engine = this.#start();
  }

  /** A new process over the same cluster. */
  restart(): void {
    this.#timers.clear();
    this.engine = this.#start();
  }

  /**
   * Until nothing is left to do; timers fire in order, up to `ms` from now.
   *
   * @throws where an object is written again and again, and there would be no end to it.
   */
  settle({ ms = 0 }: { ms?: number } = {}): this {
    const until = this.#now + ms;
    this.#writing.clear();
    for (;;) {
      this.#deliver();
      if (this.engine.step()) continue;
      if (this.#seen < this.server.store.log.commits.length) continue;
      const timer = [...this.#timers].sort((a, b) => a.at - b.at)[0];
      if (!timer || timer.at > until) break;
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
    }
    this.#now = until;
    return this;
  }

  /** Rounds in which the operator rests and others have their turn, until one in which they have nothing to do. */
  protected repeat(round: () => boolean): void {
    for (let rounds = 1; round(); rounds++) {
      if (rounds === MOST_TIMES) throw this.#endless(`others answered the operator ${rounds} times`);
    }
  }

  /** Writes of the operator since `mark`, as `verb Kind/key`. */
  writes(mark = 0): string[] {
    return this.sent.slice(mark).filter(({ request }) => WRITES.has(request.verb) && !isQuestion(request))
      .map(({ request }) =>
        `${request.verb} ${request.resource.kind}/${
          "key" in request ? request.key : keyOf((request as { body: Json }).body)
        }`
      );
  }

  /** What a user does; throws unless the server accepts it. */
  do(request: Request): Json {
    const { status, body } = this.server.execute(request);
    if (status >= 300) {
      throw new Error(`${request.verb} ${request.resource.kind}: ${status} ${body?.message}`);
    }
    return body;
  }
  create<K extends Kind>(kind: K, body: Json): Of<K> {
    return this.do({ verb: "create", resource: kind, body, manager: "user" });
  }
  merge(kind: Kind, key: Key, body: Json): Json {
    return this.do({ verb: "merge", resource: kind, key, body, manager: "user" });
  }
  status(kind: Kind, key: Key, status: Json): Json {
    return this.do({
      verb: "merge",
      resource: kind,
      key,
      body: { status },
      subresource: "status",
      manager: "user",
    });
  }
  delete(kind: Kind, key: Key, options: { gracePeriodSeconds?: number } = {}): void {
    this.do({ verb: "delete", resource: kind, key, ...options });
  }
  get<K extends Kind>(kind: K, key: Key): Of<K> | undefined {
    const { status, body } = this.server.execute({ verb: "get", resource: kind, key });
    return status === 200 ? body : undefined;
  }
  list<K extends Kind>(kind: K): readonly Of<K>[] {
    return this.server.execute({ verb: "list", resource: kind }).body.items;
  }

  #start(): Engine {
    const { rules, kinds, tables, projections, seeds = [], replica = "a" } = this.#options;
    const engine = new Engine({
      rules,
      kinds,
      tables,
      projections,
      seeds,
      replica,
      env: {
        now: () => this.#now,
        wall: () => this.server.store.environment.now(),
        random: () => 0.5,
        after: (ms, callback) => {
          const timer = { at: this.#now + ms, callback };
          this.#timers.add(timer);
          return () => this.#timers.delete(timer);
        },
      },
      drive: (steps, done) => this.#drive(steps, done),
      announce: (announcement) => this.announced.push(announcement),
      observe: { decided: (item, _plan, writes) => this.#decided(item, writes) },
    });
    this.#seen = this.server.store.log.commits.length;
    for (const kind of kinds) {
      const { status, body } = this.server.execute({ verb: "list", resource: kind });
      const { items, metadata } = status === 404 && kind.optional ? NOTHING : body;
      engine.store.replace(kind, items.map((o: Obj) => trimmed(kind, o)), metadata.resourceVersion);
      engine.synced(kind);
    }
    return engine;
  }

  #decided(item: Item, writes: readonly Write[]): void {
    if (writes.length === 0) return;
    const times = (this.#writing.get(item) ?? 0) + 1;
    this.#writing.set(item, times);
    if (times === MOST_TIMES) throw this.#endless(`${idOf(item)} was to be written ${times} times`);
  }

  #endless(what: string): Error {
    return new Error(
      `${what}, and there is no end to it; at last: ${this.writes().slice(-LISTED).join(", ")}`,
    );
  }

  #drive(steps: Steps<Outcome>, done: (outcome: Outcome) => void): void {
    let next = steps.next([]);
    while (!next.done) {
      const answers = next.value.map((request) => {
        const answer = this.intercept(request) ?? classify(request, this.server.execute(request));
        this.sent.push({ request, answer });
        return answer;
      });
      next = steps.next(answers);
    }
    done(next.value);
  }

  #deliver(): void {
    const { commits } = this.server.store.log;
    for (; this.#seen < commits.length; this.#seen++) {
      const commit = commits[this.#seen]!;
      const kind = this.#options.kinds.find((k) => isSame(k, commit.kind));
      if (!kind) continue;
      const object = trimmed(kind, commit.object);
      if (commit.type === "DELETED") this.engine.store.observeGone(kind, object);
      else this.engine.store.observe(kind, object);
    }
  }
}

/** What a list shows of a kind that is not served. */
const NOTHING = { items: [], metadata: { resourceVersion: "0" } };

/** By group and plural: two groups may have a kind of one name. */
const isSame = (a: Resource, b: Resource): boolean =>
  a.plural === b.plural && groupOf(a.apiVersion) === groupOf(b.apiVersion);
const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));

const trimmed = (kind: Kind, object: Obj): Obj => kind.trim ? kind.trim(object) : object;
