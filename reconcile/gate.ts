/** Referential integrity: nothing is built on a parent that does not hold on. */
import { isDeleting, type Key, keyOf, type Kind, type Obj } from "./kind.ts";
import { type Plan, type Wait, wait } from "./plan.ts";
import { relationsOf } from "./relation.ts";
import { isHeld, type Rules } from "./rules.ts";
import type { Store } from "./store.ts";

/** One who refers to parents: the subject of a plan, or something that the plan would create. */
interface Child {
  readonly kind: Kind;
  readonly object: Obj;
}

/**
 * The plan, or a wait for the parent that is missing, does not carry our finalizer, or is going.
 *
 * What exists already stays as it is: it is what a going parent waits for.
 */
export function gate(rules: Rules, store: Store, subject: Child, plan: Plan): Plan {
  if (plan.verdict === "wait" || isDeleting(subject.object)) return plan;
  for (const child of [subject, ...created(store, plan)]) {
    const refused = refusal(rules, store, child);
    if (refused) return { ...refused, ...(plan.counters ? { counters: plan.counters } : {}) };
  }
  return plan;
}

function* created(store: Store, plan: Plan & { verdict: "desired" }): Iterable<Child> {
  const fresh = plan.holds.filter((hold) => !hold.published && !hold.met);
  for (const [kind, intent] of [...plan.claims, ...fresh.flatMap((hold) => hold.claims)]) {
    if (!store.get(kind, keyOf(intent))) yield { kind, object: intent as unknown as Obj };
  }
}

function refusal(rules: Rules, store: Store, child: Child): Wait | undefined {
  for (const relation of relationsOf(child.kind, rules.relations)) {
    if (relation.child.kind !== child.kind.kind || relation.onDelete !== "restrict") continue;
    const key = relation.to(child.object);
    if (key === undefined || !relation.needs(child.object)) continue;
    const parent = store.get(relation.parent, key);
    const held = child.object.metadata.finalizers !== undefined && isHeld(rules, child.object);
    if (!parent) return refuse(relation.parent, key, "NotFound", "does not exist");
    if (!isHeld(rules, parent)) {
      return { ...refuse(relation.parent, key, "NotHeld", "is not ready to be used yet"), quiet: true };
    }
    if (isDeleting(parent) && !held) return refuse(relation.parent, key, "Deleting", "is being deleted");
  }
}

function refuse(kind: Kind, key: Key, what: string, why: string): Wait {
  return wait({ reason: `${kind.kind}${what}`, message: `${kind.kind} ${key} ${why}` }, [[kind, key]]);
}
