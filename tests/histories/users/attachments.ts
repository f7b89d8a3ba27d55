/** Networks that pods attach, plug in and unplug. */
import { NETWORKS } from "../../../crds/annotations.ts";
import { NetworkAttachmentDefinition, Pod } from "../../../crds/foreign.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import type { Random } from "../../conformance/random.ts";
import type { UserRequest } from "../action.ts";
import { absent, create, type Doing, merge, one, PODS, remove } from "./user.ts";

/** All in namespace `red`. */
export const ATTACHED = ["net1", "net2"] as const;
const NAMESPACE = "red";

/** One of the lists that a pod may have; each is legal by itself. */
export const listed = (random: Random): string =>
  random.pick(["net1", "net2", "net1,net2", "net1@a,net1@b", "net1@b", "net1@a,net2"]);

export function createNetworkNamed(name: string): UserRequest {
  const spec = { config: JSON.stringify({ type: "kube-ovn" }) };
  return create(NetworkAttachmentDefinition, { metadata: { name, namespace: NAMESPACE }, spec });
}

export const createNetwork: Doing = (cluster, random) => {
  const keys = ATTACHED.map((name) => `${NAMESPACE}/${name}`);
  const key = absent(cluster, random, NetworkAttachmentDefinition, keys);
  return key === undefined ? undefined : createNetworkNamed(key.split("/")[1]!);
};

export const deleteNetwork: Doing = (cluster, random) => {
  const network = one(cluster, random, NetworkAttachmentDefinition);
  return network && remove(NetworkAttachmentDefinition, keyOf(network));
};

export const plug: Doing = (cluster, random) => {
  const pod = one(cluster, random, Pod, PODS), networks = random.pick([null, listed(random), listed(random)]);
  return pod && merge(Pod, keyOf(pod), { metadata: { annotations: { [NETWORKS]: networks } } });
};
