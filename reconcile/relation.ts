/**
 * Cross-object rules, declared: foreign keys for Kubernetes objects.
 *
 * From one `restrict` line the framework derives the index parent → children, wake-ups both ways, the guard (the
 * parent gets our finalizer before its first child counts), the gate (no child under a missing, unguarded or going
 * parent), the blocked delete (`Deletable=False InUse`) and the unguard (nobody left, in our view and in a fresh list).
 *
 * From a `release` line: when the parent is gone from the view, it is read live; only if it is really gone the child is
 * deleted, with its uid and the version known before that read. A child with several `release` parents goes when all are gone.
 *
 * Several parents may share one name, their alias, and with it their children: then all of them must be gone, and a live list
 * shows that there are no others.
 */
import { type Key, keyOf, type Kind, type Obj, type Of } from "./kind.ts";
import { memo } from "./memo.ts";

/** Where a live list finds every parent of one alias. */
export interface Among {
  readonly namespace: string;
  readonly labelSelector: string;
}

export interface Relation {
  readonly child: Kind;
  readonly parent: Kind;
  /** `restrict`: the parent stays while it has children. `release`: the child goes with its parent. `nothing`: index and wake-ups only. */
  readonly onDelete: "restrict" | "release" | "nothing";
  /** Key of the parent; undefined where this relation says nothing about this child. */
  readonly to: (child: Obj) => Key | undefined;
  /** Which parent was meant, where it may have been re-created under the same name; not asked of those who share a name. */
  readonly uid: (child: Obj) => string | undefined;
  /** Under what other key children know a parent: the one that it shares with others. */
  readonly alias?: (parent: Obj) => Key | undefined;
  /** Undefined where the child's parent is known by its own key, and can be read alone. */
  readonly among?: (child: Obj) => Among | undefined;
  /** Whether a parent that is there still counts; a finished Pod, say, is as good as gone. */
  readonly counts?: (parent: Obj, child: Obj) => boolean;
  /**
   * Whether a parent that counts shows the child to the world. One that does keeps the child; one that does not is
   * written first, and its answer is the proof (step 7 of docs/register.md), since a read could be overtaken by a late write.
   */
  readonly shows?: (parent: Obj, child: Obj) => boolean;
  /** Children that are never released by this rule. */
  readonly keep: (child: Obj) => boolean;
  /** Whether this child counts only under a parent that holds on; by default every one does. */
  readonly needs: (child: Obj) => boolean;
  /** Field selector that finds the children of one parent in a live list; absent: all children are listed. */
  readonly select?: (parent: Obj) => string;
}

interface Options<C extends Kind, P extends Kind> {
  readonly onDelete: Relation["onDelete"];
  readonly uid?: (child: Of<C>) => string | undefined;
  readonly alias?: (parent: Of<P>) => Key | undefined;
  readonly among?: (child: Of<C>) => Among | undefined;
  readonly counts?: (parent: Of<P>, child: Of<C>) => boolean;
  readonly shows?: (parent: Of<P>, child: Of<C>) => boolean;
  readonly keep?: (child: Of<C>) => boolean;
  readonly needs?: (child: Of<C>) => boolean;
  readonly select?: (parent: Of<P>) => string;
}

/** `belongsTo(Subnet, Vpc, (s) => s.spec.vpc, { onDelete: "restrict" })` */
export function belongsTo<C extends Kind, P extends Kind>(
  child: C,
  parent: P,
  to: (child: Of<C>) => Key | undefined,
  { onDelete, uid, alias, among, counts, shows, keep, needs, select }: Options<C, P>,
): Relation {
  return Object.freeze({
    child,
    parent,
    onDelete,
    to: to as Relation["to"],
    uid: (uid ?? (() => undefined)) as Relation["uid"],
    keep: (keep ?? (() => false)) as Relation["keep"],
    needs: (needs ?? (() => true)) as Relation["needs"],
    ...(alias ? { alias: alias as NonNullable<Relation["alias"]> } : {}),
    ...(among ? { among: among as NonNullable<Relation["among"]> } : {}),
    ...(counts ? { counts: counts as NonNullable<Relation["counts"]> } : {}),
    ...(shows ? { shows: shows as NonNullable<Relation["shows"]> } : {}),
    ...(select ? { select: select as NonNullable<Relation["select"]> } : {}),
  });
}

/** The relations of which a kind is a side, in the order in which they are declared: of many there are few for each. */
export function relationsOf(kind: Kind, relations: readonly Relation[]): readonly Relation[] {
  return bySide(relations).get(kind.kind) ?? [];
}

const bySide = memo((relations: readonly Relation[]): ReadonlyMap<string, readonly Relation[]> => {
  const sides = new Map<string, Relation[]>();
  for (const relation of relations) {
    for (const side of new Set([relation.child.kind, relation.parent.kind])) {
      sides.set(side, [...sides.get(side) ?? [], relation]);
    }
  }
  return sides;
});

/** The keys under which children know a parent, or knew it before it changed: its own, and the one that it shares. */
export function namesOf({ alias }: Relation, states: readonly (Obj | undefined)[]): ReadonlySet<Key> {
  const names = new Set<Key>();
  for (const state of states) if (state) names.add(keyOf(state)).add(alias?.(state) ?? keyOf(state));
  return names;
}
