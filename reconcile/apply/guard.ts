/**
 * Our finalizer: added before the first child counts, removed after the last one is gone.
 *
 * # Expected flow
 * 1. `guard` adds it by server-side apply with the uid, under a field manager that owns finalizers and nothing else: an
 *    apply that leaves out what its manager owns would drop it.
 * 2. `census` reads a consistent list of the kind: of two that were guarded at once, at least one sees the other.
 * 3. `unguard` lists the children live. None: a JSON patch that tests uid, version and finalizer removes it. Removal by apply
 *    would leave a finalizer that somebody else owns as well, and answer 200.
 *
 * # Guarantees
 * A child that was claimed before the parent began to go is in the list; one that comes later reads the parent live, sees
 * that it is going, and gives up. Who cannot give up, since somebody may have been told, writes the
 * parent (`parents.ts`): the version that the patch tests is from before the list, so one that is late fails.
 */
import { keyOf, type Kind, type Obj } from "../kind.ts";
import { isOurFinalizer, means } from "../rules.ts";
import type { Write } from "../write.ts";
import { establish } from "./facts.ts";
import {
  ask,
  body,
  isStop,
  learn,
  REPLAN,
  type Steps,
  type Stop,
  stopFor,
  type Tools,
  write,
} from "./steps.ts";

export function* guard(tools: Tools, kind: Kind, object: Obj): Steps<Stop | undefined> {
  const { name, namespace, uid } = object.metadata, { operator, finalizer } = tools.rules;
  const metadata = { name, ...(namespace ? { namespace } : {}), finalizers: [finalizer] };
  const guarded = yield* write(tools, kind, {
    verb: "apply",
    resource: kind,
    body: body(kind, { metadata }, { uid }),
    manager: `${operator}/hold`,
    force: true,
  });
  return isStop(guarded) ? guarded : undefined;
}

export function* census(tools: Tools, kind: Kind, object: Obj): Steps<Stop | undefined> {
  const counted = tools.store.get(kind, keyOf(object));
  if (!counted || counted.metadata.uid !== object.metadata.uid) return REPLAN;
  const [answer] = yield [{ verb: "list", resource: kind }];
  if (answer!.outcome !== "ok") return stopFor(answer!);
  for (const item of answer!.items ?? []) learn(tools, kind, { ...answer!, object: item });
  tools.store.establish(kind, counted);
  return REPLAN;
}

export function* unguard(
  tools: Tools,
  { kind, object, unless, because }: Extract<Write, { phase: "unguard" }>,
): Steps<Stop | undefined> {
  for (const fact of because) {
    const stop = yield* establish(tools, fact);
    if (stop) return stop;
  }
  for (const relation of unless) {
    const selected = relation.select ? { fieldSelector: relation.select(object) } : {};
    const [answer] = yield [{ verb: "list", resource: relation.child, ...selected }];
    if (answer!.outcome !== "ok") return stopFor(answer!);
    const children = (answer!.items ?? []).filter((child) =>
      relation.to(child) === keyOf(object) && means(relation, child, object)
    );
    for (const child of children) learn(tools, relation.child, { ...answer!, object: child });
    if (children.length > 0) return REPLAN;
  }
  return yield* dropFinalizers(tools, kind, object);
}

function* dropFinalizers(tools: Tools, kind: Kind, object: Obj): Steps<Stop | undefined> {
  const { uid, resourceVersion, finalizers = [] } = object.metadata;
  // From the back, so that an index still means what it meant.
  const steps = finalizers.flatMap((value, i) => isOurFinalizer(tools.rules, value) ? [{ value, i }] : [])
    .toReversed()
    .flatMap(({ value, i }) => [
      { op: "test", path: `/metadata/finalizers/${i}`, value } as const,
      { op: "remove", path: `/metadata/finalizers/${i}` } as const,
    ]);
  if (steps.length === 0) return undefined;
  const key = keyOf(object), manager = `${tools.rules.operator}/hold`;
  const answer = yield* ask(tools, kind, {
    verb: "patch",
    resource: kind,
    key,
    steps: [
      { op: "test", path: "/metadata/uid", value: uid },
      { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
      ...steps,
    ],
    manager,
  });
  if (answer.outcome === "ok") return undefined;
  const again = yield* ask(tools, kind, { verb: "get", resource: kind, key });
  if (again.outcome === "gone") tools.store.acknowledgeGone(kind, key, uid);
  return stopFor(answer);
}
