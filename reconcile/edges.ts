/** Whom a change concerns besides its own object: along the declared relations and the wake rows of the tables. */
import { type Key, keyOf, type Kind, type Obj } from "./kind.ts";
import type { Item } from "./item.ts";
import { namesOf, type Relation, relationsOf } from "./relation.ts";
import type { Store } from "./store.ts";
import type { Row, Wake } from "./table.ts";
import type { View } from "./view.ts";

export interface Change {
  readonly kind: Kind;
  readonly before: Obj | undefined;
  readonly after: Obj | undefined;
  /** Others may have waited for it, or build on it; see `intentChanged` and `offerChanged`. */
  readonly matters: boolean;
}

/** `wake`: look at it again. `end`: it lost one that referred to it, so whoever waits for it may go on. */
export type Effect = readonly ["wake" | "end", Item];

export class Edges {
  #relations: readonly Relation[];
  #wakes = new Map<string, Wake[]>();
  #handled = new Set<string>();

  constructor(relations: readonly Relation[], rows: readonly Row[]) {
    this.#relations = relations;
    for (const row of rows) {
      if (row.row === "on") this.#handled.add(row.watch.kind);
      else this.#wakes.set(row.watch.kind, [...this.#wakes.get(row.watch.kind) ?? [], row]);
    }
  }

  /**
   * A relation wakes both ways: the parent always, the children when the parent's intent or offer changes, or what it shows of
   * them does: that may be in a status of ours, which is neither.
   *
   * @throws what the first row threw that could not read the object, after everybody else was named
   */
  *concernedBy(change: Change, { store, view }: { store: Store; view: View }): Iterable<Effect> {
    for (const relation of relationsOf(change.kind, this.#relations)) {
      if (relation.child.kind === change.kind.kind) yield* parents(relation, change, store);
      if (relation.parent.kind !== change.kind.kind) continue;
      if (change.matters ? this.#reaches(relation) : change.kind.ours && relation.shows) {
        yield* children(relation, change, store);
      }
    }
    if (change.matters) yield* this.#woken(change, view);
  }

  *#woken({ kind, before, after }: Change, view: View): Iterable<Effect> {
    const errors: unknown[] = [];
    for (const row of this.#wakes.get(kind.kind) ?? []) {
      try {
        for (const side of [before, after]) if (side) yield* named(row, side, view);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Whether a child looks different when its parent changes. */
  #reaches({ onDelete, child }: Relation): boolean {
    return onDelete === "release" || this.#handled.has(child.kind);
  }
}

function* parents(relation: Relation, { before, after }: Change, store: Store): Iterable<Effect> {
  const { parent, to, alias } = relation, left = before && to(before), joined = after && to(after);
  for (const key of left === joined ? [left] : [left, joined]) {
    if (key === undefined) continue;
    yield wake(parent, key);
    if (alias) { for (const sharer of store.sharers(relation, key)) yield wake(parent, keyOf(sharer)); }
  }
  if (left !== undefined && left !== joined) yield ["end", { kind: parent, key: left }];
}

function* children(relation: Relation, { before, after, matters }: Change, store: Store): Iterable<Effect> {
  for (const key of namesOf(relation, [before, after])) {
    for (const child of store.children(relation, key)) {
      if (matters || shows(relation, before, child) !== shows(relation, after, child)) {
        yield wake(relation.child, keyOf(child));
      }
    }
  }
}

const shows = ({ shows }: Relation, parent: Obj | undefined, child: Obj): boolean =>
  parent !== undefined && shows !== undefined && shows(parent, child);

function* named({ target, keys }: Wake, changed: Obj, view: View): Iterable<Effect> {
  for (const key of keys(changed, view)) if (key !== undefined) yield wake(target, key);
}

const wake = (kind: Kind, key: Key): Effect => ["wake", { kind, key }];
