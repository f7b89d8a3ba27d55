/** What a namespace is told of its Subnets. */
import { namespaceKey } from "../crds/annotations.ts";
import type { Subnet } from "../crds/subnet.ts";
import { keyOf, type Obj } from "../reconcile/kind.ts";

/**
 * One entry per Subnet in every value, in the same order: `s1,s2`, and `c1;c2` where an entry may have commas itself.
 *
 * `ip_pool` comes with IPPool objects.
 */
export function namespaceAnnotations(subnets: readonly Subnet[]): Readonly<Record<string, string>> {
  return {
    [namespaceKey("logical_switch")]: subnets.map(keyOf).join(","),
    [namespaceKey("cidr")]: subnets.map(({ spec }) => spec.cidrBlock ?? "").join(";"),
    [namespaceKey("exclude_ips")]: subnets.map(({ spec }) => (spec.excludeIps ?? []).join(",")).join(";"),
  };
}

/** Whether it was told just that. */
export function carries({ metadata }: Obj, annotations: Readonly<Record<string, string>>): boolean {
  const told = new Map(Object.entries(metadata.annotations ?? {}));
  return Object.entries(annotations).every(([key, value]) => told.get(key) === value);
}
