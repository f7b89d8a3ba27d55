/** What somebody with kubectl may do next, as plain requests. */
import type { Random } from "../../conformance/random.ts";
import type { Kind, Of } from "../../../reconcile/kind.ts";
import type { UserRequest } from "../action.ts";
import type { Cluster } from "../cluster.ts";

/** Looks at the cluster and asks for something; undefined where there is nothing to do. */
export type Doing = (cluster: Cluster, random: Random) => UserRequest | undefined;

export const MANAGER = "kubectl";

export const NAMESPACES = ["red", "green"] as const;
export const SUBNETS = ["sn1", "sn2", "sn3"] as const;
export const PODS = ["p0", "p1", "p2", "p3"] as const;
export const SET = "web";
export const VIPS = ["v0", "v1"] as const;
export const POOLS = ["gold", "tin", "zinc"] as const;
export const NODES = ["n1", "n2"] as const;
export const VPC = "blue";

/** One of those that exist, if any does; of those with such a name, where names are given. */
export function one<K extends Kind>(
  cluster: Cluster,
  random: Random,
  kind: K,
  names?: readonly string[],
): Of<K> | undefined {
  const all = [...cluster.all(kind)].filter((object) => !names || names.includes(object.metadata.name));
  return all.length > 0 ? random.pick(all) : undefined;
}

/** One of these names that is not taken, if any is not. */
export function absent(
  cluster: Cluster,
  random: Random,
  kind: Kind,
  names: readonly string[],
): string | undefined {
  const free = names.filter((name) => !cluster.get(kind, name));
  return free.length > 0 ? random.pick(free) : undefined;
}

export const chance = (random: Random, probability: number): boolean => random.next() < probability;

export function merge(kind: Kind, key: string, body: unknown): UserRequest {
  return { verb: "merge", kind: kind.kind, key, body, manager: MANAGER };
}

export function create(kind: Kind, body: unknown): UserRequest {
  return { verb: "create", kind: kind.kind, body, manager: MANAGER };
}

export function remove(kind: Kind, key: string, options: { gracePeriodSeconds?: number } = {}): UserRequest {
  return { verb: "delete", kind: kind.kind, key, ...options };
}
