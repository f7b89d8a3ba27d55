/**
 * Overlapping Subnets of one Vpc and vlan: whoever comes first wins.
 *
 * A Subnet that sees an overlapping one with our finalizer does not take it. Two that took it at once both see each other in the
 * census that follows, and judge alike: who has claims inside the overlap beats who has none there, else the older one wins, by
 * creationTimestamp and name. Nobody is usable while another one that overlaps is still guarded, except whom its claims protect.
 */
import { broadcastDomainOf, layoutOf, ledger, neighbours } from "../crds/projections.ts";
import { isOvn } from "../crds/relations.ts";
import { Subnet } from "../crds/subnet.ts";
import { type Cidr, overlaps } from "../ipam/cidr.ts";
import type { Interval } from "../ipam/interval.ts";
import { isDeleting, keyOf } from "../reconcile/kind.ts";
import type { View } from "../reconcile/view.ts";
import { isGuarded } from "./guarded.ts";

export interface Rival {
  readonly subnet: Subnet;
  /** Whether the rival has the better right. */
  readonly wins: boolean;
}

/** The oldest guarded Subnet that overlaps this one. */
export function rivalOf(subnet: Subnet, view: View): Rival | undefined {
  const other = overlapping(subnet, view).filter(isGuarded).sort(byAge)[0];
  if (!other) return undefined;
  const common = shared(blocks(subnet), blocks(other));
  return { subnet: other, wins: !isGuarded(subnet) || loses({ subnet, other, common }, view) };
}

/** Every other Subnet of the same Vpc and vlan that shares addresses with this one. */
export function overlapping(subnet: Subnet, view: View): Subnet[] {
  const own = isOvn(subnet.spec.provider) ? blocks(subnet) : [];
  if (own.length === 0) return [];
  return [...view.project(neighbours, broadcastDomainOf(subnet)).values()].filter((other) =>
    other.metadata.uid !== subnet.metadata.uid && shared(own, blocks(other)).length > 0
  );
}

interface Dispute {
  readonly subnet: Subnet;
  readonly other: Subnet;
  readonly common: readonly Interval[];
}

function loses({ subnet, other, common }: Dispute, view: View): boolean {
  const claims = (s: Subnet) =>
    common.some((interval) => view.project(ledger, keyOf(s)).claimsIn(interval).length > 0);
  const [ours, theirs] = [claims(subnet), claims(other)];
  if (ours !== theirs) return theirs;
  if (isDeleting(subnet) !== isDeleting(other)) return isDeleting(subnet);
  return byAge(subnet, other) > 0;
}

/** By creation, then by name: an order that every replica sees alike. */
export function byAge(a: Subnet, b: Subnet): number {
  const [x, y] = [a.metadata.creationTimestamp ?? "", b.metadata.creationTimestamp ?? ""];
  return x < y ? -1 : x > y ? 1 : a.metadata.name < b.metadata.name ? -1 : 1;
}

function blocks(subnet: Subnet): readonly Cidr[] {
  const layout = layoutOf(subnet);
  return [layout?.v4?.cidr, layout?.v6?.cidr].filter((c) => c !== undefined);
}

/** The smaller of every two blocks that meet: blocks nest, they never cross. */
function shared(a: readonly Cidr[], b: readonly Cidr[]): readonly Interval[] {
  return a.flatMap((x) =>
    b.filter((y) => typeof x.first === typeof y.first && overlaps(x, y)).map((y) =>
      x.prefix > y.prefix ? x : y
    )
  );
}
