/** Pods come, go, finish, and come again under the same name. */
import type { Random } from "../../conformance/random.ts";
import { Namespace, Pod } from "../../../crds/foreign.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import type { Cluster } from "../cluster.ts";
import { addressIn, macOf } from "./shapes.ts";
import { chance, create, type Doing, merge, one, PODS, POOLS, remove, SUBNETS, VIPS } from "./user.ts";

const MOST = 8;

export const createPod: Doing = (cluster, random) => {
  const at = place(cluster, random);
  return at &&
    create(Pod, podBody(random, { ...at, annotations: chance(random, 0.35) ? wishes(random) : {} }));
};

export const createAskingPod: Doing = (cluster, random) => {
  const at = place(cluster, random);
  return at && create(Pod, podBody(random, { ...at, annotations: wishes(random) }));
};

/** Says of itself that it was given an address. */
export const createForgedPod: Doing = (cluster, random) => {
  const at = place(cluster, random), subnet = random.pick(SUBNETS);
  const annotations = {
    "ovn.kubernetes.io/allocated": "true",
    "ovn.kubernetes.io/logical_switch": subnet,
    "ovn.kubernetes.io/ip_address": addressIn(subnet, random),
    "ovn.kubernetes.io/cidr": "10.0.0.0/8",
    "ovn.kubernetes.io/gateway": "10.0.0.1",
    "ovn.kubernetes.io/logical_router": "ovn-cluster",
  };
  return at && create(Pod, podBody(random, { ...at, annotations }));
};

export const deletePod: Doing = (cluster, random) => {
  const pod = one(cluster, random, Pod);
  return pod && remove(Pod, keyOf(pod));
};

export const forceDeletePod: Doing = (cluster, random) => {
  const pod = one(cluster, random, Pod);
  return pod && remove(Pod, keyOf(pod), { gracePeriodSeconds: 0 });
};

export const finishPod: Doing = (cluster, random) => {
  const pod = one(cluster, random, Pod);
  const status = random.pick([{ phase: "Succeeded" }, { phase: "Failed" }, {
    phase: "Failed",
    reason: "Evicted",
  }]);
  return pod && { ...merge(Pod, keyOf(pod), { status }), subresource: "status" } as never;
};

interface Wanted {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
}

function podBody(random: Random, metadata: Wanted) {
  return {
    metadata,
    spec: {
      containers: [{ name: "c", image: "i" }],
      ...random.maybe(0.03, () => ({ hostNetwork: true })),
    },
  };
}

/** Somewhere where there is room for it; undefined where there is none. */
function place(cluster: Cluster, random: Random): { name: string; namespace: string } | undefined {
  const namespace = one(cluster, random, Namespace)?.metadata.name;
  const free = PODS.filter((name) => !cluster.get(Pod, `${namespace}/${name}`));
  const isFull = namespace === undefined || free.length === 0 || cluster.count(Pod) >= MOST;
  return isFull ? undefined : { name: random.pick(free), namespace };
}

/** What a user may ask for. */
function wishes(random: Random): Record<string, string> {
  const subnet = random.pick(SUBNETS), key = (suffix: string) => `ovn.kubernetes.io/${suffix}`;
  return {
    ...random.maybe(0.7, () => ({ [key("logical_switch")]: subnet })),
    ...random.pick<() => Record<string, string>>([
      () => ({ [key("ip_address")]: addressIn(subnet, random) }),
      () => ({ [key("ip_address")]: `${addressIn(subnet, random)},${addressIn(subnet, random, 6)}` }),
      () => ({
        [key("ip_pool")]: `${addressIn(subnet, random)},${addressIn(subnet, random)},${
          addressIn(subnet, random)
        }`,
      }),
      () => ({ [key("ip_pool")]: random.pick(POOLS) }),
      () => ({ [key("ip_family")]: random.pick(["ipv4", "ipv6"]) }),
      () => ({ [key("vip")]: random.pick(VIPS), [key("logical_switch")]: "" }),
      () => ({}),
    ])(),
    ...random.maybe(0.25, () => ({ [key("mac_address")]: macOf(random) })),
  };
}
