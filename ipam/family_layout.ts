/** The addresses of one family of a subnet. */
import type { Address } from "./address.ts";
import { type Cidr, hostsOf } from "./cidr.ts";
import { clip, type Interval, merge, sizeOf, subtract, totalOf } from "./interval.ts";

/** `hosts` is the disjoint union of `excluded` and `usable`. */
export interface FamilyLayout<A extends Address = Address> {
  readonly cidr: Cidr<A>;
  readonly gateway: A;
  /** Everything that can be handed out on request. */
  readonly hosts: Interval<A>;
  /** What of `spec.excludeIps` lies in `hosts`, as ascending runs. */
  readonly excluded: readonly Interval<A>[];
  /** What is handed out without being asked for, as ascending runs. */
  readonly usable: readonly Interval<A>[];
  readonly size: { readonly hosts: bigint; readonly excluded: bigint };
}

export function familyLayout<A extends Address>(
  cidr: Cidr<A>,
  { gateway, exclusions }: { readonly gateway: A; readonly exclusions: readonly Interval<A>[] },
): FamilyLayout<A> {
  const hosts = hostsOf(cidr) ?? cidr;
  const excluded = merge(clip(exclusions, hosts), { neighbours: true });
  const usable = [...subtract([hosts], excluded)];
  return {
    cidr,
    gateway,
    hosts,
    excluded,
    usable,
    size: { hosts: sizeOf(hosts), excluded: totalOf(excluded) },
  };
}

/** Whether both give the same addresses to hand out, by themselves and on request. */
export function sameFamilyLayout<A extends Address>(
  a: FamilyLayout<A> | undefined,
  b: FamilyLayout<A> | undefined,
): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return a.gateway === b.gateway && sameInterval(a.cidr, b.cidr) && a.usable.length === b.usable.length &&
    a.usable.every((run, index) => sameInterval(run, b.usable[index]));
}

function sameInterval(a: Interval, b: Interval | undefined): boolean {
  return a.first === b?.first && a.last === b.last;
}
