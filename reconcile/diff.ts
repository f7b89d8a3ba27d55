/** Plan → writes. Pure, so that a dry run, the endpoints and the tests all see what would be done. */
import { contains } from "./contains.ts";
import { departure } from "./departure.ts";
import { isDeleting, keyOf, type Kind, type Obj } from "./kind.ts";
import {
  type Annotate,
  type Desired,
  type Entry,
  type Hold,
  type Intent,
  no,
  type Plan,
  type Verdict,
} from "./plan.ts";
import { type Relation, relationsOf } from "./relation.ts";
import { DELETABLE, report } from "./report.ts";
import { type ClaimLike, isHeld, isOurFinalizer, means, type Rules } from "./rules.ts";
import type { Store } from "./store.ts";
import type { Subject } from "./table.ts";
import { PHASES, type Write } from "./write.ts";

export interface DiffOptions {
  readonly rules: Rules;
  readonly store: Store;
  readonly countersDue: boolean;
}

/** The writes that take the world from the view to the plan, in the order of {@link PHASES}. Empty at rest. */
export function diff(subject: Subject, plan: Plan | undefined, options: DiffOptions): readonly Write[] {
  const { rules, store } = options;
  const leaves = departure(subject, options);
  if (leaves) return [leaves];
  const writes = isDeleting(subject.object)
    ? going(subject, plan, options)
    : plan === undefined
    ? []
    : standing(rules, store, subject, plan) ?? settled(subject, plan, options);
  return [...writes].sort((a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase));
}

/** Deletion was asked for: let go when nobody refers to it any more, and say who still does. */
function going({ kind, object }: Subject, plan: Plan | undefined, options: DiffOptions): Write[] {
  const { rules, store, countersDue } = options;
  const restricts = restrictsOf(rules, kind);
  const users = restricts.flatMap((r) =>
    store.children(r, keyOf(object)).filter((child) => means(r, child, object)).map((child) =>
      `${r.child.kind} ${keyOf(child)}`
    )
  );
  const { upkeep = [], before = [] } = plan?.verdict === "wait" ? plan : {};
  users.push(
    ...before.filter((fact) => !fact.test(store.get(fact.kind, fact.key))).map((fact) =>
      `${fact.kind.kind} ${fact.key}`
    ),
  );
  if (isHeld(rules, object) && users.length === 0) {
    return [{ phase: "unguard", kind, object, unless: restricts, because: before }];
  }
  const foreign = object.metadata.finalizers?.filter((f) => !isOurFinalizer(rules, f)) ?? [];
  const extra: Record<string, Verdict> = isHeld(rules, object)
    ? { [DELETABLE]: no("InUse", named(users)) }
    : foreign.length > 0
    ? { [DELETABLE]: no("WaitingForForeignFinalizer", named(foreign)) }
    : {};
  const said = plan && report(kind, object, plan, { extra, countersDue });
  return [...applied(object, upkeep, store), ...(said ? [said] : [])];
}

/** What comes before everything else: the subject's own format, its finalizer, the census. Nothing is said until then. */
function standing(rules: Rules, store: Store, subject: Subject, plan: Plan): Write[] | undefined {
  const { kind, object, row } = subject;
  if (plan.verdict === "wait" || plan.guard !== "take") return undefined;
  const own = plan.apply.find(([k, intent]) => k.kind === kind.kind && keyOf(intent) === keyOf(object));
  const spec = own && differing(object.spec, (own[1] as { spec?: object }).spec);
  if (spec) return [{ phase: "format", kind, object, spec }];
  const guarded = row?.guard || restrictsOf(rules, kind).length > 0;
  if (!guarded || store.isEstablished(kind, object)) return undefined;
  const census: Write[] = row?.census ? [{ phase: "census", kind, object }] : [];
  return isHeld(rules, object) ? census : [{ phase: "guard", kind, object }, ...census];
}

/** The fields of an intended spec that the live one does not show: the others stay their author's. */
function differing(live: unknown, intended: object = {}): object | undefined {
  const fields = Object.entries(intended).filter(([key, value]) => !contains(live ?? {}, { [key]: value }));
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

function settled(subject: Subject, plan: Plan, options: DiffOptions): Write[] {
  const { kind, object } = subject, { rules, store, countersDue } = options;
  const writes: Write[] = plan.verdict === "desired"
    ? desiredWrites(subject, plan, options)
    : applied(object, plan.upkeep, store);
  for (const release of plan.release) {
    if (!isDeleting(release.object) && !store.isLeaving(release.object)) {
      writes.push({ phase: "release", ...release });
    }
  }
  const said = report(kind, object, plan, { extra: {}, countersDue });
  if (said) writes.push(...published(plan), said);
  if (plan.guard === "drop" && isHeld(rules, object)) {
    writes.push({ phase: "unguard", kind, object, unless: restrictsOf(rules, kind), because: [] });
  }
  return writes;
}

/** What a holder says of itself it says after the parents of its claims were read live. */
function published(plan: Plan): Write[] {
  if (plan.verdict === "wait") return [];
  const holds = plan.holds.filter((hold) => !hold.published), { claims } = plan;
  return holds.length + claims.length > 0 ? [{ phase: "confirm", holds, claims }] : [];
}

function desiredWrites(subject: Subject, plan: Desired, options: DiffOptions): Write[] {
  const { store } = options;
  const writes: Write[] = [];
  const annotate = plan.annotate.filter((a) => !shows(a));
  const toConfirm = annotate.length > 0 ? plan.holds.filter((hold) => !hold.published) : [];
  for (const hold of plan.holds) {
    if (!isSettled(options, hold)) writes.push({ phase: "hold", hold });
  }
  if (toConfirm.length > 0) writes.push({ phase: "confirm", holds: toConfirm, claims: [] });
  for (const entry of plan.claims) {
    if (!store.get(entry[0], keyOf(entry[1]))) writes.push({ phase: "claim", entry });
  }
  writes.push(...applied(subject.object, plan.apply, store));
  for (const a of annotate) writes.push({ phase: "annotate", ...a });
  for (const object of unwanted(subject, plan, store)) writes.push({ phase: "release", ...object });
  return writes;
}

/** What does not show in the view what it should. */
function applied(subject: Obj, entries: readonly Entry[], store: Store): Write[] {
  return entries.flatMap((entry) => {
    const live = store.get(entry[0], keyOf(entry[1]));
    if (contains(live, entry[1])) return [];
    const { uid, resourceVersion } = live?.metadata ?? {};
    const itself = uid === subject.metadata.uid && resourceVersion !== undefined;
    return [{ phase: "apply", entry, ...(uid ? { uid } : {}), ...(itself ? { resourceVersion } : {}) }];
  });
}

/** What the subject owns in the view and does not want any more. */
function* unwanted({ kind, object, row }: Subject, plan: Desired, store: Store) {
  const wanted = new Set([...plan.claims, ...plan.apply].map(([k, intent]) => `${k.kind} ${keyOf(intent)}`));
  for (const owned of row?.owns ?? []) {
    for (const child of store.referrers(owned, kind, keyOf(object))) {
      if (wanted.has(`${owned.kind} ${keyOf(child)}`) || isDeleting(child) || store.isLeaving(child)) {
        continue;
      }
      yield { kind: owned, object: child, because: [] };
    }
  }
}

/** Both locks are ours in the view: nothing to write. */
function isSettled({ rules, store }: DiffOptions, { met, record, claims, owner }: Hold): boolean {
  return met !== undefined && met.metadata.annotations?.[rules.register.ownerUid] === owner &&
    says(met, record[1]) && claims.every(([kind, intent]) => isHolder(store.get(kind, keyOf(intent)), met));
}

/** Whether a record's labels and annotations say already what they should. */
export function says({ metadata }: Obj, { metadata: { labels = {}, annotations = {} } }: Intent): boolean {
  return contains(metadata.labels ?? {}, labels) && contains(metadata.annotations ?? {}, annotations);
}

/** Whether a claim is known to be held by a record; one that we only mean to create is not. */
export function isHolder(claim: Obj | undefined, record: Obj): boolean {
  return claim !== undefined && claim.metadata.uid !== "" && record.metadata.uid !== "" &&
    (claim as ClaimLike).spec.holder.uid === record.metadata.uid;
}

const restrictsOf = (rules: Rules, kind: Kind): readonly Relation[] =>
  relationsOf(kind, rules.relations).filter((r) => r.parent.kind === kind.kind && r.onDelete === "restrict");

function shows({ object, annotations }: Annotate): boolean {
  const live = object.metadata.annotations ?? {};
  return Object.entries(annotations).every(([key, value]) =>
    value === null ? !Object.hasOwn(live, key) : Object.hasOwn(live, key) && live[key] === value
  );
}

/** The first five, and how many more. */
function named(names: readonly string[]): string {
  const more = names.length - 5;
  return names.toSorted().slice(0, 5).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
