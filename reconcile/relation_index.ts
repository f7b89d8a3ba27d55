/** Who refers to whom over the declared relations, kept up to date with every change. */
import { type Key, type Kind, type Obj } from "./kind.ts";
import { type Relation, relationsOf } from "./relation.ts";

/** Objects by what they have in common: their parent, or a key that they share. */
type Groups = Map<Key, Map<Key, Obj>>;

/** From one group to another. */
interface Move {
  readonly groups: Groups;
  readonly left: Key | undefined;
  readonly joined: Key | undefined;
}

export class RelationIndex {
  #relations: readonly Relation[];
  #children = new Map<Relation, Groups>();
  #sharers = new Map<Relation, Groups>();

  constructor(relations: readonly Relation[]) {
    this.#relations = relations;
    for (const relation of relations) {
      this.#children.set(relation, new Map());
      this.#sharers.set(relation, new Map());
    }
  }

  children(relation: Relation, parent: Key): readonly Obj[] {
    return membersOf(this.#children, relation, parent);
  }

  /** The parents that children know by this key and that have another one of their own. */
  sharers(relation: Relation, alias: Key): readonly Obj[] {
    return membersOf(this.#sharers, relation, alias);
  }

  /**
   * The change, to be made by a call.
   *
   * @throws where the object has a field of another type than its kind says; nothing has changed then.
   */
  change(kind: Kind, key: Key, before: Obj | undefined, after: Obj | undefined): () => void {
    const moves = [...this.#moves(kind, before, after)];
    return () => moves.forEach((move) => regroup(key, after, move));
  }

  *#moves(kind: Kind, before: Obj | undefined, after: Obj | undefined): Iterable<Move> {
    for (const relation of relationsOf(kind, this.#relations)) {
      const { child, parent, to, alias } = relation;
      if (child.kind === kind.kind) {
        const groups = this.#children.get(relation)!;
        yield { groups, left: before && to(before), joined: after && to(after) };
      }
      if (alias && parent.kind === kind.kind) {
        const groups = this.#sharers.get(relation)!;
        yield { groups, left: before && alias(before), joined: after && alias(after) };
      }
    }
  }
}

function membersOf(all: ReadonlyMap<Relation, Groups>, relation: Relation, key: Key): readonly Obj[] {
  const group = all.get(relation)?.get(key);
  return group ? [...group.values()] : [];
}

function regroup(key: Key, object: Obj | undefined, { groups, left, joined }: Move): void {
  if (left !== undefined && left !== joined) {
    const group = groups.get(left);
    group?.delete(key);
    if (group?.size === 0) groups.delete(left);
  }
  if (joined === undefined) return;
  let group = groups.get(joined);
  if (!group) groups.set(joined, group = new Map());
  group.set(key, object!);
}
