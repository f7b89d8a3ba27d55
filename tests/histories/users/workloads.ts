/** A StatefulSet: created, scaled, moved to other ordinals, deleted with its pods or without them, and created anew. */
import type { Random } from "../../conformance/random.ts";
import { Namespace, StatefulSet } from "../../../crds/foreign.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { addressIn } from "./shapes.ts";
import { create, type Doing, merge, one, remove, SET, SUBNETS } from "./user.ts";

export const createSet: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace)?.metadata.name;
  if (namespace === undefined || cluster.get(StatefulSet, `${namespace}/${SET}`)) return undefined;
  return create(StatefulSet, statefulSet(namespace, { replicas: random.pick([1, 2, 3]), random }));
};

export const scaleSet: Doing = (cluster, random) => {
  const set = one(cluster, random, StatefulSet);
  return set && merge(StatefulSet, keyOf(set), { spec: { replicas: random.pick([0, 1, 2, 3]) } });
};

export const moveSet: Doing = (cluster, random) => {
  const set = one(cluster, random, StatefulSet);
  return set && merge(StatefulSet, keyOf(set), { spec: { ordinals: { start: random.pick([0, 1, 2]) } } });
};

export const editTemplate: Doing = (cluster, random) => {
  const set = one(cluster, random, StatefulSet);
  const annotations = { ...NOTHING, ...wishes(random) };
  return set && merge(StatefulSet, keyOf(set), { spec: { template: { metadata: { annotations } } } });
};

export const deleteSet: Doing = (cluster, random) => {
  const set = one(cluster, random, StatefulSet);
  const propagationPolicy = random.pick(["Background", "Background", "Foreground", "Orphan"] as const);
  return set && { ...remove(StatefulSet, keyOf(set)), propagationPolicy };
};

interface Options {
  readonly replicas: number;
  readonly random: Random;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Body of a set that anybody may create. */
export function statefulSet(namespace: string, { replicas, random, annotations = wishes(random) }: Options) {
  const labels = { app: SET };
  return {
    metadata: { name: SET, namespace },
    spec: {
      replicas,
      serviceName: SET,
      selector: { matchLabels: labels },
      podManagementPolicy: random.pick(["Parallel", "Parallel", "OrderedReady"]),
      ...random.maybe(0.3, () => ({ ordinals: { start: random.pick([0, 1, 2]) } })),
      template: { metadata: { labels, annotations }, spec: { containers: [{ name: "c", image: "i" }] } },
    },
  };
}

const key = (suffix: string): string => `ovn.kubernetes.io/${suffix}`;
const NOTHING = { [key("logical_switch")]: null, [key("ip_pool")]: null };

function wishes(random: Random): Record<string, string> {
  const subnet = random.pick(SUBNETS), pool = Array.from({ length: 3 }, () => addressIn(subnet, random));
  return {
    ...random.maybe(0.5, () => ({ [key("logical_switch")]: subnet })),
    ...random.maybe(0.2, () => ({ [key("ip_pool")]: pool.join(",") })),
  };
}
