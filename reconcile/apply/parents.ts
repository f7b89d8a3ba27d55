/** Step 3 of docs/register.md: what claims stand on, read live after they were answered. */
import type { Answer, Get } from "../../kube/api.ts";
import { isDeleting, type Key, type Kind, type Obj } from "../kind.ts";
import type { Entry } from "../plan.ts";
import { relationsOf } from "../relation.ts";
import { isHeld, means } from "../rules.ts";
import { isStop, learn, REPLAN, type Steps, type Stop, stopFor, type Tools, write } from "./steps.ts";

interface Parent {
  readonly kind: Kind;
  readonly key: Key;
  /** Of the one in the view when it was asked for. */
  readonly uid: string | undefined;
  /** Whether this live parent is one on which the claims may stand. */
  readonly holdsOn: (live: Obj) => boolean;
}

/** Step 3 alone, for claims whose holder is no record. */
export function* confirmParents(tools: Tools, claims: readonly Entry[]): Steps<Stop | undefined> {
  const parents = parentsOf(tools, claims);
  return parents.length === 0 ? undefined : judgeParents(tools, parents, yield parents.map(parentRead));
}

/**
 * Step 3 for claims that stand already, and whose holder may have told somebody: a parent that is going has them in its way,
 * and needs not be given up. But using is writing: whoever lets it go may have listed its claims before there were any, and
 * takes its finalizer off under the version from before that list.
 */
export function* parentsAreThere(
  tools: Tools,
  { claims, record }: { readonly claims: readonly Entry[]; readonly record: Obj },
): Steps<Stop | undefined> {
  const parents = parentsOf(tools, claims, { going: true });
  const answers = parents.length === 0 ? [] : yield parents.map(parentRead);
  const stop = judgeParents(tools, parents, answers);
  if (stop) return stop;
  for (const [i, parent] of parents.entries()) {
    const live = answers[i]!.object!;
    if (!isDeleting(live)) continue;
    const used = yield* use(tools, parent, { live, value: record.metadata.resourceVersion });
    if (used) return used;
  }
}

function* use(
  tools: Tools,
  { kind, key, holdsOn }: Parent,
  { live: { metadata: { uid } }, value }: { readonly live: Obj; readonly value: string },
): Steps<Stop | undefined> {
  const written = yield* write(tools, kind, {
    verb: "merge",
    resource: kind,
    key,
    body: { metadata: { uid, annotations: { [tools.rules.register.used]: value } } },
    manager: `${tools.rules.operator}/mark`,
  });
  return isStop(written) ? written : holdsOn(written) ? undefined : REPLAN;
}

export const parentRead = ({ kind, key }: Parent): Get => ({
  verb: "get",
  resource: kind,
  key,
  shared: true,
});

export function parentsOf(tools: Tools, claims: readonly Entry[], { going = false } = {}): readonly Parent[] {
  const parents = new Map<string, Parent>();
  for (const [kind, intent] of claims) {
    for (const relation of relationsOf(kind, tools.rules.relations)) {
      if (relation.child.kind !== kind.kind || relation.onDelete !== "restrict") continue;
      const claim = intent as unknown as Obj, key = relation.to(claim);
      if (key === undefined) continue;
      const holdsOn = (live: Obj) =>
        means(relation, claim, live) && isHeld(tools.rules, live) && (going || !isDeleting(live));
      const uid = tools.store.get(relation.parent, key)?.metadata.uid;
      parents.set(`${relation.parent.kind} ${key}`, { kind: relation.parent, key, uid, holdsOn });
    }
  }
  return [...parents.values()];
}

export function judgeParents(
  tools: Tools,
  parents: readonly Parent[],
  answers: readonly Answer[],
): Stop | undefined {
  for (const [i, parent] of parents.entries()) {
    const stop = judgeParent(tools, parent, answers[i]!);
    if (stop) return stop;
  }
}

function judgeParent(tools: Tools, { kind, key, uid, holdsOn }: Parent, answer: Answer): Stop | undefined {
  const { outcome, object } = learn(tools, kind, answer);
  if (outcome === "ok") return holdsOn(object!) ? undefined : REPLAN;
  if (outcome === "gone") tools.store.acknowledgeGone(kind, key, uid);
  return stopFor(answer);
}
