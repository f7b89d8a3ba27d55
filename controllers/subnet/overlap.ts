/**
 * Overlapping Subnets of one Vpc and vlan: an address of both belongs to one of them.
 *
 * | this one    | the other, guarded                        | then                                                       |
 * |-------------|-------------------------------------------|------------------------------------------------------------|
 * | not guarded | –                                         | lost: it does not take our finalizer                       |
 * | guarded     | alone has claims inside the overlap       | lost                                                       |
 * | guarded     | has none there, and this one has          | no dispute: its claims protect it                          |
 * | guarded     | as many rights, but stays, or is older    | lost                                                       |
 * | guarded     | as many rights, but is going, or younger  | open until the other lets go, for it may not know yet      |
 *
 * Of two that took our finalizer at once both see each other in the census that follows, and judge alike. A loser without any claim
 * lets go; one that has claims keeps them and our finalizer, and gives out nothing.
 */
import { broadcastDomainOf, ledger, neighbours } from "../../crds/projections.ts";
import { isOvn } from "../../crds/relations.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { parseAddress } from "../../ipam/address.ts";
import { blocksOf, parseBlock } from "../../ipam/block.ts";
import { type Cidr, overlaps } from "../../ipam/cidr.ts";
import { includes, type Interval } from "../../ipam/interval.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { isGuarded } from "../common/guarded.ts";
import { memo } from "../../reconcile/memo.ts";
import { byAge } from "../common/order.ts";

export interface Dispute {
  readonly rival: Subnet;
  readonly state: "lost" | "open";
}

/** The dispute that decides; a lost one before an open one, then that with the oldest rival. */
export function disputeOf(subnet: Subnet, view: View): Dispute | undefined {
  const disputes = rivalsOf(subnet, view).filter(isGuarded).sort(byAge)
    .flatMap((rival) => judge(subnet, rival, view) ?? []);
  return disputes.find(({ state }) => state === "lost") ?? disputes[0];
}

/** Every other Subnet whose addresses are also of this one, guarded or not. Asked for every pod, so it makes no lists on the way. */
export function rivalsOf(subnet: Subnet, view: View): Subnet[] {
  if (!isOvn(subnet.spec.provider)) return [];
  const isNew = !isGuarded(subnet), rivals: Subnet[] = [];
  for (const other of view.project(neighbours, broadcastDomainOf(subnet)).values()) {
    if (other.metadata.name === subnet.metadata.name) continue;
    if (meet(subnet, other) || isNew && hasStraysOf(other, subnet, view)) rivals.push(other);
  }
  return rivals;
}

function meet(subnet: Subnet, other: Subnet): boolean {
  const theirs = cidrsOf(other);
  return cidrsOf(subnet).some((block) => theirs.some((their) => overlaps(block, their)));
}

function judge(subnet: Subnet, rival: Subnet, view: View): Dispute | undefined {
  if (!isGuarded(subnet)) return { rival, state: "lost" };
  const overlap = overlapOf(subnet, rival);
  const [ours, theirs] = [hasClaims(subnet, overlap, view), hasClaims(rival, overlap, view)];
  if (ours !== theirs) return ours ? undefined : { rival, state: "lost" };
  const wins = isDeleting(subnet) === isDeleting(rival) ? byAge(subnet, rival) < 0 : isDeleting(rival);
  if (!wins) return { rival, state: "lost" };
  return ours ? undefined : { rival, state: "open" };
}

/** Of every two blocks that meet the smaller one: blocks nest, they never cross. */
function overlapOf(subnet: Subnet, other: Subnet): readonly Interval[] {
  return cidrsOf(subnet).flatMap((a) =>
    cidrsOf(other).filter((b) => overlaps(a, b)).map((b) => a.prefix > b.prefix ? a : b)
  );
}

/** Whether a newcomer would sit on claims that an edit of the other Subnet left outside. Later its own claims tell. */
function hasStraysOf(other: Subnet, subnet: Subnet, view: View): boolean {
  return view.project(ledger, keyOf(other)).claimsOutside().some(({ address }) => {
    const at = parseAddress(address);
    return at !== undefined && cidrsOf(subnet).some((block) => includes(block, at));
  });
}

function hasClaims(subnet: Subnet, overlap: readonly Interval[], view: View): boolean {
  return overlap.some((interval) => view.project(ledger, keyOf(subnet)).claimsIn(interval).length > 0);
}

/** Also of a Subnet that has some other problem: its addresses may be in use all the same. */
const cidrsOf = memo(({ spec }: Subnet): readonly Cidr[] => {
  const block = spec.cidrBlock ? parseBlock(spec.cidrBlock) : undefined;
  return block?.ok ? blocksOf(block.value) : [];
});
