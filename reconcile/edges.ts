/** Whom a change concerns besides its own object: along the declared relations and the wake rows of the tables. */
import { type Key, keyOf, type Kind, type Obj } from "./kind.ts";
import type { Item } from "./queue.ts";
import type { Relation } from "./relation.ts";
import type { Store } from "./store.ts";
import type { Row, Wake } from "./table.ts";
import type { View } from "./view.ts";

export interface Change {
  readonly kind: Kind;
  readonly before: Obj | undefined;
  readonly after: Obj | undefined;
  /** Others may have waited for it; see `intentChanged`. */
  readonly intent: boolean;
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
   * A relation wakes both ways: the parent always, the children when the parent's intent changes.
   *
   * @throws what the first row threw that could not read the object, after everybody else was named
   */
  *concernedBy(change: Change, { store, view }: { store: Store; view: View }): Iterable<Effect> {
    for (const relation of this.#relations) {
      if (relation.child.kind === change.kind.kind) yield* parents(relation, change);
      if (relation.parent.kind === change.kind.kind && change.intent && this.#reaches(relation)) {
        const key = keyOf((change.after ?? change.before)!);
        for (const child of store.children(relation, key)) yield wake(relation.child, keyOf(child));
      }
    }
    if (change.intent) yield* this.#woken(change, view);
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

function* parents({ parent, to }: Relation, { before, after }: Change): Iterable<Effect> {
  const left = before && to(before), joined = after && to(after);
  if (left !== undefined) yield wake(parent, left);
  if (joined !== undefined && joined !== left) yield wake(parent, joined);
  if (left !== undefined && left !== joined) yield ["end", { kind: parent, key: left }];
}

function* named({ target, keys }: Wake, changed: Obj, view: View): Iterable<Effect> {
  for (const key of keys(changed, view)) if (key !== undefined) yield wake(target, key);
}

const wake = (kind: Kind, key: Key): Effect => ["wake", { kind, key }];
