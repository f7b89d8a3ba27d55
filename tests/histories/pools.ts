/** The pools of small Subnets, address by address: nothing is shared with the arithmetic that they check. */
import type { IPPool } from "../../crds/ip_pool.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import { blockOf, familyOf, rangeOf } from "./blocks.ts";

/** What sets something aside in a Subnet, oldest first. */
export function poolsIn(subnet: string, pools: Iterable<IPPool>): readonly IPPool[] {
  return [...pools].filter((pool) => pool.spec.subnet === subnet && !isDeleting(pool)).sort(byAge);
}

/** Those that list a namespace, oldest first. */
export function poolsOf(namespace: string, pools: Iterable<IPPool>): readonly IPPool[] {
  return [...pools].filter((pool) => pool.spec.namespaces?.includes(namespace) && !isDeleting(pool)).sort(
    byAge,
  );
}

/** The hosts of the Subnet that it lists; what cannot be read lists nothing. */
export function membersOf({ spec }: IPPool, subnet: Subnet): ReadonlySet<string> {
  const { hosts } = blockOf(subnet.spec);
  return new Set(spec.ips.filter(isReadable).flatMap(rangeOf).filter((address) => hosts.has(address)));
}

/** All entries can be read, are of a family of the Subnet, and none is of an older pool that is in force. */
export function inForce(subnet: Subnet, pools: Iterable<IPPool>): ReadonlySet<string> {
  const names = new Set<string>(), taken = new Set<string>(), { families } = blockOf(subnet.spec);
  for (const pool of poolsIn(keyOf(subnet), pools)) {
    const members = [...membersOf(pool, subnet)], { ips } = pool.spec;
    const isFine = ips.length > 0 &&
      ips.every((entry) => isReadable(entry) && families.includes(familyOf(entry)));
    if (!isFine || members.some((address) => taken.has(address))) continue;
    names.add(keyOf(pool));
    for (const address of members) taken.add(address);
  }
  return names;
}

/** Users write nothing else that is no entry. */
export const TYPO = "10.0.0.x";
const isReadable = (entry: string): boolean => entry !== TYPO;

const byAge = (a: IPPool, b: IPPool): number => ageOf(a) < ageOf(b) ? -1 : 1;
const ageOf = (pool: IPPool): string => `${pool.metadata.creationTimestamp} ${keyOf(pool)}`;
