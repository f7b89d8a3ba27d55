/** OpenKruise's StatefulSets: scaled, moved, deleted and made anew, and their numbers reserved and freed. */
import { AdvancedStatefulSet, Namespace } from "../../../crds/foreign.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import type { Random } from "../../conformance/random.ts";
import { create, type Doing, merge, one, remove, SET } from "./user.ts";
import { statefulSet } from "./workloads.ts";

export function advancedSet(namespace: string, replicas: number, random: Random) {
  const { spec, ...rest } = statefulSet(namespace, { replicas, random, annotations: {} });
  return { ...rest, spec: { ...spec, ...random.maybe(0.5, () => ({ reserveOrdinals: reserved(random) })) } };
}

/** None, single ones, ranges, ranges that meet, and one that is far away. */
const reserved = (random: Random): readonly (number | string)[] =>
  random.pick([[], [0], [1], [0, 2], ["1-2"], ["0-1", 1, "1-3"], [2, 40]]);

const createAdvancedSet: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace)?.metadata.name;
  if (namespace === undefined || cluster.get(AdvancedStatefulSet, `${namespace}/${SET}`)) return undefined;
  return create(AdvancedStatefulSet, advancedSet(namespace, random.pick([1, 2, 3]), random));
};

const edited = (to: (random: Random) => Record<string, unknown>): Doing => (cluster, random) => {
  const set = one(cluster, random, AdvancedStatefulSet);
  return set && merge(AdvancedStatefulSet, keyOf(set), { spec: to(random) });
};

const deleteAdvancedSet: Doing = (cluster, random) => {
  const set = one(cluster, random, AdvancedStatefulSet);
  const propagationPolicy = random.pick(["Background", "Background", "Foreground", "Orphan"] as const);
  return set && { ...remove(AdvancedStatefulSet, keyOf(set)), propagationPolicy };
};

/** What users do with them. */
export const advancedSets: Readonly<Record<string, Doing>> = {
  "create advanced set": createAdvancedSet,
  "scale advanced set": edited((random) => ({ replicas: random.pick([0, 1, 2, 3]) })),
  "move advanced set": edited((random) => ({ ordinals: { start: random.pick([0, 1, 2]) } })),
  "reserve ordinals": edited((random) => ({ reserveOrdinals: reserved(random) })),
  "delete advanced set": deleteAdvancedSet,
};
