/** An edit of a Subnet that its claims speak against: nobody's address is taken away by changing the block around it. */
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { ledger } from "../../crds/projections.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { formatAddress } from "../../ipam/address.ts";
import type { Interval } from "../../ipam/interval.ts";
import type { Claim } from "../../ipam/ledger.ts";
import type { Problem } from "../../ipam/problem.ts";
import { keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { formatSubnet } from "./format.ts";

const LISTED = 10;
const EVERYWHERE: readonly Interval[] = [{ first: 0, last: 2 ** 32 - 1 }, {
  first: 0n,
  last: (1n << 128n) - 1n,
}];

/** Claims that fall out of the block, and gateways that somebody holds. */
export function claimProblems(subnet: Subnet, view: View): readonly Problem[] {
  const formatted = formatSubnet(subnet);
  if (!formatted.ok) return [];
  const { v4, v6 } = formatted.layout ?? {}, space = view.project(ledger, keyOf(subnet));
  const outside = v4 || v6 ? space.claimsOutside() : EVERYWHERE.flatMap((all) => space.claimsIn(all));
  const gateways = [v4?.gateway, v6?.gateway].filter((gateway) => gateway !== undefined);
  return [
    ...fallenOut(outside.filter((claim) => isOf(subnet, claim, view))),
    ...gateways.flatMap((gateway) =>
      held(formatAddress(gateway), space.holders(formatAddress(gateway)).claims)
    ),
  ];
}

/** Not one of a Subnet that had this name before. */
function isOf(subnet: Subnet, { address }: Claim, view: View): boolean {
  const claim = view.get(AddressClaim, claimName(keyOf(subnet), address));
  return claim?.spec.subnetUid === subnet.metadata.uid;
}

function fallenOut(claims: readonly Claim[]): readonly Problem[] {
  if (claims.length === 0) return [];
  const listed = claims.slice(0, LISTED).map(({ address, holder }) =>
    `${address} of ${holder.kind} ${holder.name}`
  );
  const more = claims.length - LISTED;
  const message = `${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""} would fall out of it`;
  return [{ field: "spec.cidrBlock", message, remedy: "put it back, or remove their holders" }];
}

function held(gateway: string, [holder]: readonly Claim["holder"][]): readonly Problem[] {
  if (!holder) return [];
  const message = `${gateway} is held by ${holder.kind} ${holder.name}`;
  return [{ field: "spec.gateway", message, remedy: "choose an address that nobody holds" }];
}
