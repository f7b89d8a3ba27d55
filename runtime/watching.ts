/** From the watches of all kinds into the engine's store, in bites, and what became of each watch. */
import type { Client } from "../kube/api.ts";
import { reflect, type Reflection, type Sink } from "../kube/reflector.ts";
import type { Engine } from "../reconcile/engine.ts";
import { keyOf, type Kind, type Obj, splitKey } from "../reconcile/kind.ts";
import type { RuntimeEnv } from "./env.ts";
import { Inbox } from "./inbox.ts";

/** Why a kind cannot be listed or watched at present. */
export interface Problem {
  /** HTTP status; 404: the kind is not served; 0: no answer. */
  readonly status: number;
  readonly message: string;
}

/** Of one kind; for health checks and people. */
export interface Watched {
  readonly kind: Kind;
  /** Where; absent: everywhere. */
  readonly namespace: string | undefined;
  /** Milliseconds since the server last said anything about it. */
  readonly heardMs: number;
  /** The same, where a refusal counts as well: a watch that does not even fail is broken. */
  readonly triedMs: number;
  /** Undefined while all is well. */
  readonly problem: Problem | undefined;
}

/** So often it is asked whether a cluster serves an optional kind by now. */
const UNSERVED_MS = 30_000;
/** So many objects do not vanish unseen, … */
const MASS = 50;
/** … nor a fifth of them, unless there are only a few. */
const MASS_AT_LEAST = 5;

export interface WatchingOptions {
  readonly client: Client;
  readonly env: RuntimeEnv;
  readonly engine: Engine;
  readonly kinds: readonly Kind[];
  /** Told that there is something in the inbox. */
  readonly wake: () => void;
  /** Told once when a kind begins to fail, and once when it is well again. */
  readonly turned?: (kind: Kind, problem: Problem | undefined) => void;
  readonly signal: AbortSignal;
}

/** Of a kind in one namespace, or everywhere. */
interface State {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly reflection: Reflection;
  isComplete: boolean;
  problem: Problem | undefined;
  refusedAt: number;
  /** How many objects the last list lacked that is not believed yet. */
  doubted: number | undefined;
}

export class Watching {
  readonly inbox: Inbox = new Inbox();
  #options: WatchingOptions;
  #states: readonly State[] = [];

  constructor(options: WatchingOptions) {
    this.#options = options;
  }

  start(): void {
    const { client, env, kinds, signal } = this.#options;
    const places = kinds.flatMap((kind) =>
      (kind.namespaces ?? [undefined]).map((namespace) => ({ kind, namespace }))
    );
    this.#states = places.map(({ kind, namespace }, i) => {
      const sink = this.#sink(kind, () => this.#states[i]!);
      const place = namespace === undefined ? {} : { namespace };
      const trim = kind.trim ? { trim: kind.trim } : {};
      const rarely = kind.optional ? { unservedMs: UNSERVED_MS } : {};
      const reflection = reflect({ client, resource: kind, sink, env, signal, ...place, ...trim, ...rarely });
      const state = { kind, namespace, reflection, isComplete: false };
      return { ...state, problem: undefined, refusedAt: -Infinity, doubted: undefined };
    });
  }

  get watched(): readonly Watched[] {
    const now = this.#options.env.now();
    return this.#states.map(({ kind, namespace, problem, reflection, refusedAt }) => ({
      kind,
      namespace,
      problem,
      heardMs: now - reflection.heardAt,
      triedMs: now - Math.max(reflection.heardAt, refusedAt),
    }));
  }

  /** Resolves when all watches have ended, after `signal`. */
  async done(): Promise<void> {
    await Promise.all(this.#states.map(({ reflection }) => reflection.done));
  }

  #sink(kind: Kind, state: () => State): Sink {
    const { engine: { store }, env } = this.#options;
    return {
      replace: (items, version) => {
        this.#heal(state());
        if (!this.#believes(state(), items)) return false;
        this.#add(this.#replacing(state(), items, version));
        return true;
      },
      put: (object) => this.#add([() => store.observe(kind, object)]),
      remove: (object) => this.#add([() => store.observeGone(kind, object)]),
      progress: () => this.#heal(state()),
      restored: () => this.#add([() => this.#lose(state())]),
      failed: (status, _reason, message) => {
        const isNew = state().problem?.status !== status;
        state().refusedAt = env.now();
        state().problem = { status, message };
        if (status === 404 && kind.optional) {
          if (isNew) this.#add(this.#replacing(state(), [], "0"));
          return;
        }
        if (isNew) this.#options.turned?.(kind, state().problem);
        // Objects that vanished with their definition were not released by anybody: nothing is decided until it is back.
        if (status === 404) this.#add([() => this.#lose(state())]);
      },
    };
  }

  /**
   * A list from which very many objects are missing is read a second time before anybody acts on it: a server that lost its
   * data, or a proxy that made an empty answer up, must not look like the end of all pods.
   */
  #believes(state: State, items: readonly Obj[]): boolean {
    const { kind, namespace } = state;
    const known = [...this.#options.engine.store.keys(kind)]
      .filter((key) => namespace === undefined || splitKey(key)[0] === namespace);
    // At the start nothing is known, and there is much to be read.
    const there = new Set(known.length > 0 ? items.map(keyOf) : []);
    const missing = known.filter((key) => !there.has(key)).length;
    const isMass = missing > MASS || (missing > MASS_AT_LEAST && missing > known.length / 5);
    const agrees = state.doubted !== undefined && missing >= state.doubted;
    state.doubted = isMass && !agrees ? missing : undefined;
    return state.doubted === undefined;
  }

  /** In parts; complete after the last of them. */
  *#replacing(state: State, items: readonly Obj[], version: string): Iterable<() => void> {
    const { engine } = this.#options, { kind, namespace } = state;
    yield* engine.store.replacing(kind, items, version, namespace);
    yield () => {
      state.isComplete = true;
      if (this.#states.every((other) => other.kind !== kind || other.isComplete)) engine.synced(kind);
    };
  }

  #lose(state: State): void {
    state.isComplete = false;
    this.#options.engine.lost(state.kind);
  }

  #heal(state: State): void {
    if (!state.problem) return;
    state.problem = undefined;
    this.#options.turned?.(state.kind, undefined);
  }

  #add(parts: Iterable<() => void>): void {
    this.inbox.add(parts);
    this.#options.wake();
  }
}
