/** Values kept up to date while objects come and go, so that no handler ever scans. */
import type { Key, Kind, Obj, Of } from "./kind.ts";

/** How objects of one kind enter a projection's state. */
export interface Source<S = unknown> {
  readonly of: Kind;
  /** Under which keys an object counts; usually one or none. */
  by(object: Obj): readonly Key[];
  /** @param key the one of `by(object)` that this state is of */
  add(state: S, object: Obj, key: Key): void;
  remove(state: S, object: Obj, key: Key): void;
  /** Whether a changed object means the same to this projection, so that nothing is removed and added. */
  same(before: Obj, after: Obj): boolean;
  readonly linger: Linger<S> | undefined;
}

/** What a change leaves behind for a while: a preference, on which nothing may rest, since a restart forgets it. */
export interface Linger<S = unknown, T extends Obj = Obj> {
  readonly ms: number;
  /** Whether this change leaves something; `after` is undefined where the object is gone. */
  when(before: T, after: T | undefined): boolean;
  begin(state: S, before: T, key: Key): void;
  end(state: S, before: T, key: Key): void;
}

export interface Projection<S = unknown> {
  readonly name: string;
  empty(): S;
  readonly sources: readonly Source<S>[];
  /** Of what kind the keys are, where objects may be waited for because of their state: what is taken out of it ends such waits. */
  readonly about?: Kind;
}

interface Fold<K extends Kind, S> {
  readonly by: (object: Of<K>) => readonly Key[];
  readonly add: (state: S, object: Of<K>, key: Key) => void;
  readonly remove: (state: S, object: Of<K>, key: Key) => void;
  readonly same?: (before: Of<K>, after: Of<K>) => boolean;
  readonly linger?: Linger<S, Of<K> & Obj>;
}

export function from<K extends Kind, S>(of: K, fold: Fold<K, S>): Source<S> {
  return { of, same: () => false, linger: undefined, ...fold } as unknown as Source<S>;
}

/**
 * A projection over one or more kinds. `add` and `remove` must be inverse and must not depend on the order of objects.
 *
 * @example
 * const ledger = project("ledger", () => new Ledger(), [
 *   from(AddressClaim, { by: (c) => [c.spec.subnet], add: (l, c) => l.claim(c), remove: (l, c) => l.unclaim(c) }),
 * ]);
 */
export function project<S>(
  name: string,
  empty: () => S,
  sources: readonly Source<S>[],
  about?: Kind,
): Projection<S> {
  return Object.freeze({ name, empty, sources, ...(about ? { about } : {}) });
}
