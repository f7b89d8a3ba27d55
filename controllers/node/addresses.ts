/** Nodes share the network of the default Vpc: a pod with a node's address, or the API server's, would hide that. */
import { DEFAULT_VPC } from "../../crds/defaults.ts";
import { Node } from "../../crds/foreign.ts";
import { ANY, apiServers, nodeAddresses } from "../../crds/projections.ts";
import { isOvn, vpcOf } from "../../crds/relations.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { parseAddress } from "../../ipam/address.ts";
import { blocksOf, parseBlock } from "../../ipam/block.ts";
import { includes } from "../../ipam/interval.ts";
import type { Skipped } from "../../ipam/ledger.ts";
import type { Key } from "../../reconcile/kind.ts";
import type { Trigger } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";

/** A node whose address lies in the block of a Subnet that nodes share. Looks at every node. */
export function nodeInside(
  subnet: Subnet,
  view: View,
): { readonly node: Key; readonly address: string } | undefined {
  const addresses = view.project(nodeAddresses, ANY), address = firstInside(subnet, addresses.keys());
  return address === undefined ? undefined : { node: addresses.get(address)[0]!, address };
}

/** The API server's address, where it is known and lies in such a block. */
export const apiServerInside = (subnet: Subnet, view: View): string | undefined =>
  firstInside(subnet, view.project(apiServers, ANY));

function firstInside(subnet: Subnet, addresses: Iterable<string>): string | undefined {
  const block = parseBlock(subnet.spec.cidrBlock ?? "");
  if (!isShared(subnet) || !block.ok) return undefined;
  const cidrs = blocksOf(block.value);
  for (const address of addresses) {
    const at = parseAddress(address);
    if (at !== undefined && cidrs.some((cidr) => includes(cidr, at))) return address;
  }
}

/** Addresses that are not drawn, and whose end somebody may wait for. */
export interface Beside extends Skipped {
  /** The nodes whose addresses a draw came upon. */
  readonly met: readonly Trigger[];
}

/** What is not drawn from this Subnet: the API server's address, and those of nodes that came after it. */
export function nodesBeside(subnet: Subnet, view: View): Beside | undefined {
  if (!isShared(subnet)) return undefined;
  const addresses = view.project(nodeAddresses, ANY), apiServer = view.project(apiServers, ANY);
  const met: Trigger[] = [];
  return {
    met,
    has: (address) => {
      for (const node of addresses.get(address)) met.push([Node, node]);
      return addresses.has(address) || apiServer.has(address);
    },
  };
}

function isShared(subnet: Subnet): boolean {
  return isOvn(subnet.spec.provider) && vpcOf(subnet) === DEFAULT_VPC && !subnet.spec.vlan;
}
