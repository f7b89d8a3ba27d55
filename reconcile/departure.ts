/** Release relations: whether a child's last parent is gone, and what must be read live before it goes as well. */
import { isDeleting, type Key, type Obj } from "./kind.ts";
import { type Fact, type Fence, gone } from "./plan.ts";
import { type Relation, relationsOf } from "./relation.ts";
import type { Rules } from "./rules.ts";
import type { Store } from "./store.ts";
import type { Subject } from "./table.ts";
import type { Write } from "./write.ts";

interface Options {
  readonly rules: Rules;
  readonly store: Store;
}

/** The deletion of a child none of whose `release` parents is left in the view; undefined for all others. */
export function departure({ kind, object }: Subject, { rules, store }: Options): Write | undefined {
  if (isDeleting(object) || store.isLeaving(object)) return undefined;
  const because: Fact[] = [], fences: Fence[] = [];
  for (const relation of relationsOf(kind, rules.relations)) {
    if (relation.child.kind !== kind.kind || relation.onDelete !== "release") continue;
    const key = relation.to(object);
    if (key === undefined) continue;
    if (relation.keep(object)) return undefined;
    const left = store.parents(relation, key).filter((parent) => isLeft(relation, parent, object));
    if (left.some((parent) => relation.shows?.(parent, object) ?? true)) return undefined;
    fences.push(...left.map((parent) => fence(relation, parent, object)));
    because.push(...absence(relation, object, { key, fenced: left }));
  }
  if (because.length === 0 && fences.length === 0) return undefined;
  return { phase: "release", kind, object, because, ...(fences.length > 0 ? { fences } : {}) };
}

/** Whether this very parent is there and still counts. */
function isLeft(relation: Relation, parent: Obj, child: Obj): boolean {
  const uid = relation.among?.(child) ? undefined : relation.uid(child);
  return (uid === undefined || parent.metadata.uid === uid) && relation.counts?.(parent, child) !== false;
}

interface Left {
  readonly key: Key;
  /** Still there, and written before the child goes. */
  readonly fenced: readonly Obj[];
}

/**
 * What must be seen live. A uid never comes back; a parent that does not count may count again, but then whoever needs the
 * child writes it first, and the deletion fails on the version that was known before this read.
 */
function absence(relation: Relation, child: Obj, { key, fenced }: Left): readonly Fact[] {
  const kind = relation.parent, among = relation.among?.(child);
  if (among) {
    const known = new Set(fenced.map(({ metadata }) => metadata.uid));
    const test = (live: Obj) =>
      relation.alias?.(live) === key && isLeft(relation, live, child) && !known.has(live.metadata.uid);
    return [{ kind, key, is: "none", among, test }];
  }
  if (fenced.length > 0) return [];
  const uid = relation.uid(child);
  if (uid !== undefined && !relation.counts) return [gone(kind, key, uid)];
  const test = (live: Obj | undefined) => live === undefined || !isLeft(relation, live, child);
  return [{ kind, key, is: "so", test }];
}

const fence = (relation: Relation, parent: Obj, child: Obj): Fence => ({
  kind: relation.parent,
  object: parent,
  shows: (answer) => relation.shows!(answer, child),
});
