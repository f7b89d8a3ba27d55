/**
 * Steps 3 and 4 of docs/register.md: after the claims are held and before anybody is told, the parents and the record are read live.
 *
 * The reads start after the last claim was answered. One read of a parent may serve every plan whose claims were
 * answered before it was sent, and no other: that is what `shared` asks for.
 */
import type { Answer, Get } from "../../kube/api.ts";
import { isHolder } from "../diff.ts";
import { isDeleting, keyOf, type Kind, type Obj } from "../kind.ts";
import type { Hold } from "../plan.ts";
import type { Held } from "./hold.ts";
import { isMarked, mark } from "./hold.ts";
import { judgeParents, parentRead, parentsOf } from "./parents.ts";
import { isStop, learn, REPLAN, type Steps, type Stop, stopFor, type Tools } from "./steps.ts";

/** @returns undefined when everything stands; else the view knows what does not, and the handler plans anew. */
export function* confirm(
  tools: Tools,
  held: readonly (readonly [Hold, Held])[],
): Steps<Stop | undefined> {
  const open = held.filter(([, { final }]) => !final);
  if (open.length === 0) return undefined;
  const fresh = open.filter(([hold, { record }]) => !isKept(tools, hold, record));
  const children = fresh.flatMap(([hold, { record }]) => [...hold.claims, [hold.record[0], record] as const]);
  const parents = parentsOf(tools, children);
  const records = open.map(([{ record: [kind], owner }, { record }]) => ({ kind, record, owner }));
  const answers = yield [
    ...parents.map(parentRead),
    ...records.map(({ kind, record }): Get => ({ verb: "get", resource: kind, key: keyOf(record) })),
  ];
  const stop = judgeParents(tools, parents, answers);
  if (stop) return stop;
  for (const [i, { kind, record, owner }] of records.entries()) {
    const live = judgeRecord(tools, { kind, record, owner, answer: answers[parents.length + i]! });
    if (isStop(live)) return live;
    if (!isMarked(tools, live)) continue;
    const cleared = yield* mark(tools, kind, { record: live, by: "" });
    if (isStop(cleared)) return cleared;
  }
  return undefined;
}

/** Taken over with all its claims before (1b): it needs no Subnet that holds on, since there is no new claim. */
function isKept(tools: Tools, { claims }: Hold, record: Obj): boolean {
  return record.metadata.annotations?.[tools.rules.register.kept] === "true" &&
    claims.every(([kind, intent]) => isHolder(tools.store.get(kind, keyOf(intent)), record));
}

interface Read {
  readonly kind: Kind;
  readonly record: Obj;
  readonly owner: string;
  readonly answer: Answer;
}

/** Of a record that serves somebody else by now, its owner may not be told: using is writing, so it is adopted first. */
function judgeRecord(tools: Tools, { kind, record, owner, answer }: Read): Obj | Stop {
  const { outcome, object } = learn(tools, kind, answer);
  if (outcome === "ok") {
    const { uid, annotations } = object!.metadata;
    const isOurs = uid === record.metadata.uid && annotations?.[tools.rules.register.ownerUid] === owner;
    return isOurs && !isDeleting(object!) ? object! : REPLAN;
  }
  if (outcome === "gone") tools.store.acknowledgeGone(kind, keyOf(record), record.metadata.uid);
  return stopFor(answer);
}
