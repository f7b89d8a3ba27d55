/**
 * The two locks: an owner record with an exclusive name, and a claim with an exclusive name for each thing it holds.
 *
 * # Expected flow (steps 1 and 2 of docs/register.md)
 * 1. The record is POSTed. Met instead: it is read live and the handler plans anew, with that record and what it says.
 * 1b. A met record that names another owner is written before it is used, and its new owner is read live before that. If all
 *     its claims are known to be held, that very write settles it: it is final. Its first owner may have ended between its
 *     claims and the live read of their parents; so where nobody is known to have been told, they are read here.
 * 2. The claims are POSTed in their order. Known to be held by this record: next. Met: read live; mine, gone, or another's.
 * 2c. Another's: the record is marked, the claim is read again *after* the mark, and only then the record is deleted, under
 *     the version that the mark got. A user's reservation is never marked nor deleted; nor is a record on whose claims another
 *     one of its own name still stands.
 *
 * # Guarantees
 * One record per name and one claim per name, whatever runs twice. A record that somebody built on is never deleted here:
 * building on it clears the mark by a write, and the deletion fails on the version.
 *
 * # Assumptions
 * POST is exclusive and a live read sees every acknowledged write; both hold for any API server over etcd.
 *
 * # Caveats
 * The record alone publishes nothing; `confirm.ts` must follow before anybody is told.
 */
import type { Json } from "../../kube/api.ts";
import { contains } from "../contains.ts";
import { isHolder, says } from "../diff.ts";
import { type Key, keyOf, type Kind, type Obj } from "../kind.ts";
import { type Entry, type Hold, type Intent, RECORD_UID } from "../plan.ts";
import type { ClaimLike } from "../rules.ts";
import { parentsAreThere } from "./parents.ts";
import {
  ask,
  body,
  isStop,
  read,
  remove,
  REPLAN,
  RETRY,
  type Steps,
  type Stop,
  stopFor,
  type Tools,
  write,
} from "./steps.ts";

/** A record whose claims are all held. `final`: nothing is left to confirm. */
export interface Held {
  readonly record: Obj;
  readonly final: boolean;
}

export const isHeldRecord = (x: Held | Stop): x is Held => "record" in x;

export function* hold(tools: Tools, wanted: Hold): Steps<Held | Stop> {
  const taken = wanted.met ? yield* adopt(tools, wanted, wanted.met) : yield* create(tools, wanted);
  if (!isHeldRecord(taken) || taken.final) return taken;
  for (const entry of wanted.claims) {
    const stop = yield* claim(tools, wanted, { record: taken.record, entry });
    if (stop) return stop;
  }
  return taken;
}

/** Step 1. */
function* create(tools: Tools, { record: [kind, intent] }: Hold): Steps<Held | Stop> {
  const { manager } = tools;
  const answer = yield* ask(tools, kind, {
    verb: "create",
    resource: kind,
    body: body(kind, intent),
    manager,
  });
  if (answer.outcome === "ok") return { record: answer.object!, final: false };
  return yield* met(tools, kind, { key: keyOf(intent), answer });
}

/** Step 1b: using is writing. */
function* adopt(tools: Tools, wanted: Hold, record: Obj): Steps<Held | Stop> {
  const { register } = tools.rules, [kind, intent] = wanted.record;
  const said = record.metadata.annotations ?? {}, inherits = said[register.ownerUid] !== wanted.owner;
  if (!inherits && says(record, intent)) return { record, final: false };
  const wasKept = said[register.kept] === "true";
  const final = inherits && wanted.claims.every(([k, c]) => isHolder(tools.store.get(k, keyOf(c)), record));
  const stop = (inherits ? yield* ownerIsThere(tools, wanted) : undefined) ??
    (final && !wasKept && !wanted.published
      ? yield* parentsAreThere(tools, { claims: wanted.claims, record })
      : undefined);
  if (stop) return stop;
  const { name, labels, annotations } = intent.metadata, { uid, resourceVersion } = record.metadata;
  const settled = final
    ? { [register.mark]: "", [register.kept]: "true" }
    : wasKept && !inherits
    ? { [register.kept]: "true" }
    : {};
  const adopted = yield* write(tools, kind, {
    verb: "apply",
    resource: kind,
    body: body(kind, {
      metadata: { name, ...(labels ? { labels } : {}), annotations: { ...annotations, ...settled } },
    }, { uid, resourceVersion }),
    manager: tools.manager,
    force: true,
  });
  return isStop(adopted) ? adopted : { record: adopted, final };
}

/**
 * Of two owners of one identity the one that is there is the later one. Read live after this version of the record was known: a
 * replica that has not seen yet that the owner was replaced would give the record back to the dead.
 */
function* ownerIsThere(tools: Tools, { owner, ownerAt: [kind, key] }: Hold): Steps<Stop | undefined> {
  const live = yield* read(tools, kind, key);
  if (isStop(live)) return live;
  return live?.metadata.uid === owner ? undefined : REPLAN;
}

interface One {
  readonly record: Obj;
  readonly entry: Entry;
}

/** Step 2, and step 8 where the claim of a record that somebody deleted is taken over. */
function* claim(tools: Tools, wanted: Hold, { record, entry: [kind, intent] }: One): Steps<Stop | undefined> {
  const { store, manager } = tools, key = keyOf(intent);
  const known = store.get(kind, key);
  if (isHolder(known, record)) return undefined;
  if (wanted.published && known && known.metadata.uid) {
    return yield* rehold(tools, wanted, { record, kind, known });
  }
  const complete = body(kind, withUid(intent, record.metadata.uid));
  const answer = yield* ask(tools, kind, { verb: "create", resource: kind, body: complete, manager });
  if (answer.outcome === "ok") return undefined;
  if (answer.outcome !== "conflict" && answer.outcome !== "unknown") {
    store.forgetAssumed(kind, key);
    return stopFor(answer);
  }
  const live = yield* read(tools, kind, key);
  if (isStop(live)) return live;
  if (live === undefined) return RETRY;
  if (isHolder(live, record)) return undefined;
  const waits = wanted.reserved || wanted.published || isFormer(live, intent);
  return waits ? REPLAN : yield* collide(tools, wanted, { record, kind, key });
}

/**
 * Whether a claim is the same one of an earlier record of that name: somebody deleted that record. Whoever was told the address, and
 * may share the record, takes the claim over; where nobody was, it is released.
 */
function isFormer(claim: Obj, intent: Intent): boolean {
  return contains(claim, withUid(intent, (claim as ClaimLike).spec.holder.uid));
}

/** Step 2c: mark, look again, give up. */
function* collide(
  tools: Tools,
  wanted: Hold,
  { record, kind, key }: { record: Obj; kind: Kind; key: Key },
): Steps<Stop | undefined> {
  const recordKind = wanted.record[0];
  const marked = isMarked(tools, record)
    ? record
    : yield* mark(tools, recordKind, { record, by: tools.replica });
  if (isStop(marked)) return marked;
  const live = yield* read(tools, kind, key);
  if (isStop(live)) return live;
  if (live === undefined) return RETRY;
  if (isHolder(live, record)) return undefined;
  return (yield* remove(tools, recordKind, marked)) ?? REPLAN;
}

/**
 * The only edit that a claim allows: its holder came back under another uid.
 *
 * Our record is read live after this version of the claim was known: of two records of one name the one that is there is the later
 * one, so whoever the claim names is gone.
 */
function* rehold(
  tools: Tools,
  wanted: Hold,
  { record, kind, known }: { record: Obj; kind: Kind; known: Obj },
): Steps<Stop | undefined> {
  const { holder } = (known as ClaimLike).spec, { uid, resourceVersion } = known.metadata;
  if (holder.name !== record.metadata.name || holder.kind !== record.kind) return REPLAN;
  const live = yield* read(tools, wanted.record[0], keyOf(record));
  if (isStop(live)) return live;
  if (live?.metadata.uid !== record.metadata.uid) return REPLAN;
  const held = yield* write(tools, kind, {
    verb: "merge",
    resource: kind,
    key: keyOf(known),
    body: { metadata: { uid, resourceVersion }, spec: { holder: { uid: record.metadata.uid } } },
    manager: tools.manager,
  });
  return isStop(held) ? held : undefined;
}

export const isMarked = (tools: Tools, record: Obj): boolean =>
  !!record.metadata.annotations?.[tools.rules.register.mark];

/** Sets or, with `by: ""`, clears the mark of exactly this version of a record. */
export function* mark(
  tools: Tools,
  kind: Kind,
  { record, by }: { record: Obj; by: string },
): Steps<Obj | Stop> {
  const { name, uid, resourceVersion } = record.metadata;
  const annotations = { [tools.rules.register.mark]: by };
  return yield* write(tools, kind, {
    verb: "apply",
    resource: kind,
    body: body(kind, { metadata: { name, annotations } }, { uid, resourceVersion }),
    manager: `${tools.rules.operator}/mark`,
    force: true,
  });
}

/** A POST that did not simply succeed: whatever stands under that name now is what the next plan goes on with. */
function* met(
  tools: Tools,
  kind: Kind,
  { key, answer }: { key: Key; answer: Parameters<typeof stopFor>[0] },
): Steps<Stop> {
  if (answer.outcome !== "conflict" && answer.outcome !== "unknown") return stopFor(answer);
  const live = yield* read(tools, kind, key);
  return isStop(live) ? live : live === undefined ? RETRY : REPLAN;
}

/** The intent with the uid that its record turned out to have. */
function withUid(value: Json, uid: string): Json {
  if (value === RECORD_UID) return uid;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withUid(item, uid));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withUid(item, uid)]));
}
