/**
 * Where a pod may draw from, in order:
 *
 * | the pod names           | it draws from                                                                     |
 * |-------------------------|-----------------------------------------------------------------------------------|
 * | an IPPool               | that pool, wherever its namespace is bound to                                     |
 * | neither pool nor list   | the pools of its namespace in the Subnets that may serve it, and never around them |
 * | a Subnet                | that one alone may serve it; else those of its namespace                          |
 * | an attached network     | the Subnets of its provider, oldest first, around their pools                     |
 *
 * Of several Subnets those with a block: who might have had an address does not end with a MAC address alone.
 */
import { OVN } from "../../crds/annotations.ts";
import { Namespace, type Pod } from "../../crds/foreign.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { hasBlock, Subnet } from "../../crds/subnet.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import type { Trigger } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { servingPodsOf } from "../namespace/bindings.ts";
import type { PodRequest } from "./request.ts";
import { poolsBoundTo, whyIdle } from "../pool/bindings.ts";
import { subnetsOfProvider } from "../subnet/provider.ts";
import { noSubnet, type Refused, refused } from "./refused.ts";

export interface Source {
  readonly from: string;
  /** Absent: what no pool of the Subnet has. */
  readonly pool?: string;
}

export function sourcesOf(pod: Pod, request: PodRequest, view: View): readonly (Source | Refused)[] {
  if (request.pool !== undefined) return [named(request.pool, request, view)];
  if (request.network !== OVN) return attached(request, view);
  const namespace = view.get(Namespace, pod.metadata.namespace);
  const bound = namespace ? withAddresses(servingPodsOf(namespace, view)).map(keyOf) : [];
  const subnets = request.subnet === undefined ? bound : [request.subnet];
  const pools = request.choices.length > 0 ? [] : poolsBoundTo(pod.metadata.namespace ?? "", view);
  if (pools.length === 0) return subnets.map((from) => ({ from }));
  const sources = pools.map((pool) => ofNamespace(pool, subnets, view));
  if (!request.addresses) return sources;
  // Only what it did not ask for is drawn: of a pool if there is one.
  return subnets.flatMap((from) => {
    const its = sources.filter((source) => "from" in source && source.from === from);
    return its.length > 0 ? its : [{ from }];
  });
}

const withAddresses = (subnets: readonly Subnet[]): readonly Subnet[] =>
  subnets.some(hasBlock) ? subnets.filter(hasBlock) : subnets;

function attached({ network, subnet }: PodRequest, view: View): readonly (Source | Refused)[] {
  if (subnet !== undefined) return [{ from: subnet }];
  const subnets = withAddresses(subnetsOfProvider(network, view));
  const message = `provider ${network} is not bound to any Subnet; create one with this spec.provider`;
  return subnets.length > 0 ? subnets.map((its) => ({ from: keyOf(its) })) : [refused(noSubnet(message), [])];
}

function named(name: string, { subnet }: PodRequest, view: View): Source | Refused {
  const pool = view.get(IPPool, name), self: Trigger = [IPPool, name];
  if (!pool || isDeleting(pool)) {
    return refused(noSubnet(`IPPool ${name} ${pool ? "is being deleted" : "does not exist"}`), [self]);
  }
  const its = pool.spec.subnet;
  if (subnet === undefined || subnet === its) return inForce(pool, view);
  return refused(noSubnet(`IPPool ${name} is of Subnet ${its}, and the pod names Subnet ${subnet}`), [self]);
}

function ofNamespace(pool: IPPool, subnets: readonly string[], view: View): Source | Refused {
  const { subnet } = pool.spec;
  if (subnets.includes(subnet)) return inForce(pool, view);
  const message = `IPPool ${keyOf(pool)} is of Subnet ${subnet}, which does not serve the pod`;
  return refused({ word: "NoAvailableAddress", message }, triggersOf(pool));
}

function inForce(pool: IPPool, view: View): Source | Refused {
  const why = whyIdle(pool, view);
  if (why === undefined) return { from: pool.spec.subnet, pool: keyOf(pool) };
  const message = `IPPool ${keyOf(pool)} is not in force: ${why}`;
  return refused({ word: "NoAvailableAddress", message }, triggersOf(pool));
}

const triggersOf = (pool: IPPool): readonly Trigger[] => [[IPPool, keyOf(pool)], [Subnet, pool.spec.subnet]];
