/** The states of all projections, as of all objects that were taken in. */
import type { Key, Kind, Obj } from "./kind.ts";
import type { Projection, Source } from "./projection.ts";

/** An object from whose projected state something was taken out. */
export type Freed = readonly [kind: Kind, key: Key];

type States = Map<Key, unknown>;

export class Projected {
  /** Which sources a kind feeds, by kind. */
  #feeds = new Map<string, readonly [Source, States, Projection][]>();
  /** By name: a definition may begin one of them with something of its own. */
  #states = new Map<string, readonly [Projection, States]>();

  constructor(projections: readonly Projection[]) {
    for (const projection of projections) {
      const states: States = new Map();
      this.#states.set(projection.name, [projection, states]);
      for (const source of projection.sources) {
        const feeds = this.#feeds.get(source.of.kind) ?? [];
        this.#feeds.set(source.of.kind, [...feeds, [source, states, projection]]);
      }
    }
  }

  state<S>(projection: Projection<S>, key: Key): S {
    const [ours, states] = this.#states.get(projection.name) ?? [projection];
    return (states?.get(key) ?? ours.empty()) as S;
  }

  /**
   * @returns what something was taken out of.
   * @throws what a source throws; nothing has changed then.
   */
  change(kind: Kind, before: Obj | undefined, after: Obj | undefined): readonly Freed[] {
    const freed: Freed[] = [], done: (() => void)[] = [];
    for (const [source, states, projection] of this.#feeds.get(kind.kind) ?? []) {
      const state = (key: Key) => entered(states, key, projection);
      try {
        if (before && after && source.same(before, after)) continue;
        const left = before ? source.by(before) : [], { about } = projection;
        for (const key of left) source.remove(state(key), before!, key);
        if (left.length > 0) done.push(() => left.forEach((key) => source.add(state(key), before!, key)));
        if (about) freed.push(...left.map((key): Freed => [about, key]));
        for (const key of after ? source.by(after) : []) {
          done.push(() => attempt(() => source.remove(state(key), after!, key)));
          source.add(state(key), after!, key);
        }
      } catch (error) {
        done.reverse().forEach((undo) => undo());
        throw error;
      }
    }
    return freed;
  }

  /** @param later told to end, after so many milliseconds, what this change leaves behind */
  linger(
    kind: Kind,
    { before, after }: { readonly before: Obj; readonly after: Obj | undefined },
    later: (ms: number, end: () => void) => void,
  ): void {
    for (const [{ linger, by }, states, projection] of this.#feeds.get(kind.kind) ?? []) {
      if (!linger?.when(before, after)) continue;
      for (const key of by(before)) {
        const state = entered(states, key, projection);
        linger.begin(state, before, key);
        later(linger.ms, () => linger.end(state, before, key));
      }
    }
  }
}

function entered(states: States, key: Key, projection: Projection): unknown {
  let state = states.get(key);
  if (state === undefined) states.set(key, state = projection.empty());
  return state;
}

/** Takes back as much as was done: it stops where doing it stopped. */
function attempt(undo: () => void): void {
  try {
    undo();
  } catch {
    // What comes after was never done.
  }
}
