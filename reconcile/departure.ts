/** Release relations: whether a child's last parent is gone, and what must be read live before it goes as well. */
import type { Subject } from "./diff.ts";
import { isDeleting, type Obj } from "./kind.ts";
import { type Fact, type Fence, gone } from "./plan.ts";
import type { Relation } from "./relation.ts";
import type { Rules } from "./rules.ts";
import type { Store } from "./store.ts";
import type { Write } from "./write.ts";

interface Options {
  readonly rules: Rules;
  readonly store: Store;
}

/** The deletion of a child none of whose `release` parents is left in the view; undefined for all others. */
export function departure({ kind, object }: Subject, { rules, store }: Options): Write | undefined {
  if (isDeleting(object) || store.isLeaving(object)) return undefined;
  const because: Fact[] = [];
  let withdraw: Fence | undefined;
  for (const relation of rules.relations) {
    if (relation.child.kind !== kind.kind || relation.onDelete !== "release") continue;
    const key = relation.to(object);
    if (key === undefined) continue;
    if (relation.keep(object)) return undefined;
    const parent = store.get(relation.parent, key);
    const left = leftBehind(relation, parent, object);
    if (left === "no") return undefined;
    if (left === "unshown") withdraw = fence(relation, parent!, object);
    else because.push(absence(relation, object));
  }
  if (because.length === 0 && !withdraw) return undefined;
  return { phase: "release", kind, object, because, ...(withdraw ? { withdraw } : {}) };
}

function leftBehind(relation: Relation, parent: Obj | undefined, child: Obj): "yes" | "no" | "unshown" {
  const uid = relation.uid(child);
  if (!parent || (uid !== undefined && parent.metadata.uid !== uid)) return "yes";
  if (relation.counts && !relation.counts(parent, child)) return "yes";
  return relation.shows && !relation.shows(parent, child) ? "unshown" : "no";
}

/** Stable: a uid never comes back, and a parent that stopped to count never counts again. */
function absence(relation: Relation, child: Obj): Fact {
  const kind = relation.parent, key = relation.to(child)!, uid = relation.uid(child);
  if (uid !== undefined && !relation.counts) return gone(kind, key, uid);
  const test = (live: Obj | undefined) =>
    live === undefined || (uid !== undefined && live.metadata.uid !== uid) ||
    (relation.counts?.(live, child) === false);
  return { kind, key, is: "so", test };
}

const fence = (relation: Relation, parent: Obj, child: Obj): Fence => ({
  kind: relation.parent,
  object: parent,
  shows: (answer) => relation.shows!(answer, child),
  value: child.metadata.uid,
});
