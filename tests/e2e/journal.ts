/** Every commit to the kinds that matter, as their watches show it: a test looks here instead of asking the server all the time. */
import { Node, Pod } from "../../crds/foreign.ts";
import type { Client } from "../../kube/api.ts";
import { systemEnv } from "../../kube/env.ts";
import { reflect, type Reflection, type Sink } from "../../kube/reflector.ts";
import { type Key, keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";

export interface Commit {
  readonly kind: Kind;
  readonly key: Key;
  /** Version of this commit; versions of all kinds are of one store, so they order commits over kinds too. */
  readonly version: string;
  /** What is stored now; absent: deleted. */
  readonly object: Obj | undefined;
}

const OWNERS: ReadonlySet<Kind> = new Set<Kind>([Pod as Kind, Node as Kind]);

export class Journal {
  readonly commits: Commit[] = [];
  /** How often a watch could not go on, so that commits may be missing. */
  gaps = 0;
  readonly #now = new Map<string, Map<Key, Obj>>();
  readonly #lookers = new Set<(commit: Commit) => void>();
  readonly #stop = new AbortController();
  readonly #reflections: readonly Reflection[];

  constructor(client: Client, kinds: readonly Kind[]) {
    const env = systemEnv(), { signal } = this.#stop;
    this.#reflections = kinds.map((kind) =>
      reflect({ client, resource: kind, sink: this.#sink(kind), env, signal })
    );
  }

  /** As last seen. */
  of<T extends Obj>(kind: Kind<T>): readonly T[] {
    return [...this.#of(kind).values()] as unknown as T[];
  }

  get<T extends Obj>(kind: Kind<T>, key: Key): T | undefined {
    return this.#of(kind).get(key) as T | undefined;
  }

  /**
   * Resolves right after the first commit from now on that makes it so.
   *
   * @throws Error with the description when that does not come about within five minutes.
   */
  async when(description: string, holds: (commit: Commit) => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`not within 300 s: ${description}`)), 300_000);
    const look = (commit: Commit) => holds(commit) && resolve();
    this.#lookers.add(look);
    await promise.finally(() => {
      clearTimeout(timer);
      this.#lookers.delete(look);
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#reflections.map(({ done }) => done));
  }

  #of(kind: Kind): Map<Key, Obj> {
    return this.#now.get(kind.kind) ?? this.#now.set(kind.kind, new Map()).get(kind.kind)!;
  }

  #commit(commit: Commit): void {
    this.commits.push(commit);
    for (const look of this.#lookers) look(commit);
  }

  #sink(kind: Kind): Sink {
    const now = this.#of(kind);
    let isFirst = true;
    const put = (object: Obj) => {
      now.set(keyOf(object), object);
      this.#commit({ kind, key: keyOf(object), version: object.metadata.resourceVersion, object });
    };
    const remove = (key: Key, version: string) => {
      now.delete(key);
      this.#commit({ kind, key, version, object: undefined });
    };
    return {
      replace: (items, version) => {
        if (!isFirst) this.gaps++;
        isFirst = false;
        const kept = new Set(items.map(keyOf));
        for (const [key, { metadata }] of [...now]) {
          // Whoever was told an address may have gone at any moment since; the register is believed to have lasted until now.
          if (!kept.has(key)) remove(key, OWNERS.has(kind) ? metadata.resourceVersion : version);
        }
        for (const item of items) {
          const known = now.get(keyOf(item))?.metadata.resourceVersion;
          if (known !== item.metadata.resourceVersion) put(item);
        }
        return true;
      },
      put,
      remove: (object) => remove(keyOf(object), object.metadata.resourceVersion),
      progress() {},
      restored() {},
      failed() {},
    };
  }
}
