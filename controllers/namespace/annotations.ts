/** What a namespace is told of its Subnets and pools. */
import { namespaceKey } from "../../crds/annotations.ts";
import type { IPPool } from "../../crds/ip_pool.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { keyOf, type Obj } from "../../reconcile/kind.ts";

/**
 * One entry per Subnet in every value, in the same order: `s1,s2`, and `c1;c2` where an entry may have commas itself. Without pools
 * there is no `ip_pool`.
 */
export function namespaceAnnotations(
  subnets: readonly Subnet[],
  pools: readonly IPPool[],
): Readonly<Record<string, string>> {
  const most = Math.max(1, Math.floor(LISTED / subnets.length));
  return {
    [namespaceKey("logical_switch")]: subnets.map(keyOf).join(","),
    [namespaceKey("cidr")]: subnets.map(({ spec }) => spec.cidrBlock ?? "").join(";"),
    [namespaceKey("exclude_ips")]: subnets.map(({ spec }) => listed(spec.excludeIps ?? [], most)).join(";"),
    ...(pools.length > 0 ? { [namespaceKey("ip_pool")]: listed(pools.map(keyOf), LISTED) } : {}),
  };
}

/** Of all Subnets together: all annotations of an object may have 256 KiB, and an IPv6 range takes 80 characters. */
const LISTED = 512;

/** `a,b`, or `a,b,...` where there are more. */
function listed(entries: readonly string[], most: number): string {
  return (entries.length > most ? [...entries.slice(0, most), "..."] : entries).join(",");
}

/** Whether it was told just that. */
export function carries({ metadata }: Obj, annotations: Readonly<Record<string, string>>): boolean {
  const told = new Map(Object.entries(metadata.annotations ?? {}));
  return Object.entries(annotations).every(([key, value]) => told.get(key) === value);
}
