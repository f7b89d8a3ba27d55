/** What a StatefulSet keeps for its pods while they come and go. */
import { IDENTITY_UID, podKey } from "../../../crds/annotations.ts";
import { AdvancedStatefulSet, StatefulSet } from "../../../crds/foreign.ts";
import type { IP } from "../../../crds/ip.ts";
import { isDeleting, keyOf, type Obj } from "../../../reconcile/kind.ts";
import { memo } from "../../../reconcile/memo.ts";
import type { Records, Write } from "../cluster.ts";
import type { Facts, Told } from "../facts.ts";
import type { Invariant } from "./invariant.ts";
import { Promises, textOf } from "./promises.ts";

type AnySet = StatefulSet | AdvancedStatefulSet;

/** Whether a set has a pod of that name: `start ≤ ordinal < start + replicas`, both ends (F0), past what OpenKruise reserves. */
function has({ metadata, spec }: AnySet, pod: string): boolean {
  const { replicas = 1, ordinals } = spec, start = ordinals?.start ?? 0;
  const reserved = "reserveOrdinals" in spec ? spec.reserveOrdinals?.flatMap(numbersIn) ?? [] : [];
  const numbers = Array.from({ length: replicas + reserved.length }, (_, i) => start + i);
  const own = numbers.filter((number) => !reserved.includes(number)).slice(0, replicas);
  return own.some((number) => `${metadata.name}-${number}` === pod);
}

/** `3`, or `"2-5"`. */
function numbersIn(entry: number | string): readonly number[] {
  const [first = 0, last = first] = String(entry).split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function setsIn(cluster: Records): readonly AnySet[] {
  return [...cluster.all(StatefulSet), ...cluster.all(AdvancedStatefulSet)];
}

/** Whether a record whose pod is away is kept by its set, and must be. */
export function isKeptBySet(record: IP, cluster: Records): boolean {
  const { podName = "", namespace } = record.spec, uid = record.metadata.annotations?.[IDENTITY_UID];
  for (const set of setsIn(cluster)) {
    if (set.metadata.uid === uid && set.metadata.namespace === namespace) {
      return !isDeleting(set) && has(set, podName);
    }
  }
  return false;
}

/** Of one pod name of one set, as long as the set has it without interruption. */
interface Kept {
  readonly set: string;
  readonly pod: string;
  readonly told: Told;
}

/** S6. */
class KeptBySets {
  readonly #promises = new Promises<Kept>();

  judge(write: Write, facts: Facts): string | undefined {
    const { kind, object, by, type } = write;
    this.#promises.takenBy(write, facts);
    if (kind.kind === "StatefulSet") this.#set(object, type === "DELETED" || isDeleting(object));
    if (kind.kind !== "Pod" || type !== "MODIFIED") return;
    if (typeof by === "number") return this.#pod(write, facts);
    if (by !== "user") return;
    // Somebody took off the pod what it was told: it cannot be known any more that it was.
    this.#promises.forget(({ told: { uid, provider } }) =>
      uid === object.metadata.uid && !facts.toldTo(uid).some((now) => now.provider === provider)
    );
  }

  #set(set: AnySet, isGone: boolean): void {
    this.#promises.forget((kept) => kept.set === set.metadata.uid && (isGone || !has(set, kept.pod)));
  }

  #pod({ object: pod, previous }: Write, facts: Facts): string | undefined {
    const uid = controllerOf(pod),
      set = setsIn(facts.cluster).find((s) => s.metadata.uid === uid);
    if (!set || isDeleting(set) || !has(set, pod.metadata.name)) return;
    for (const told of facts.toldTo(pod.metadata.uid)) {
      // It was told before the set had it, or by somebody else.
      if (told.adopted) continue;
      const { uid: owner } = set.metadata, { name } = pod.metadata;
      const before = this.#promises.keep(`${owner} ${name} ${told.provider}`, {
        set: owner,
        pod: name,
        told,
      }, facts);
      const asked = previous?.metadata.annotations?.[podKey(told.provider, "logical_switch")];
      const moves = before && before.subnet !== told.subnet && asked === told.subnet;
      if (before && !moves && textOf(before) !== textOf(told)) {
        return `${keyOf(pod)} of one StatefulSet had ${textOf(before)}, and now ${textOf(told)}`;
      }
    }
  }
}

const controllerOf = (pod: Obj): string | undefined =>
  (pod.metadata.ownerReferences as { uid: string; controller?: boolean }[] | undefined)?.find((o) =>
    o.controller
  )?.uid;

const keptOf = memo((_: Facts) => new KeptBySets());

const kept: Invariant = {
  id: "S6",
  says:
    "a pod name of a StatefulSet keeps address and MAC as long as the set has it, unless the template moves or somebody intervenes",
  afterWrite: (write, facts) => keptOf(facts).judge(write, facts),
};

export const identity: readonly Invariant[] = [kept];
