/** The Subnets of an attached network. */
import { ledger, subnetsOf } from "../../crds/projections.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { parseAddress } from "../../ipam/address.ts";
import { refusalByLayout } from "../../ipam/admit.ts";
import { keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { byAge } from "../common/order.ts";

/** Oldest first. */
export function subnetsOfProvider(network: string, view: View): readonly Subnet[] {
  return [...view.project(subnetsOf, network).values()].sort(byAge);
}

/** The one that has these addresses, for an interface whose pod Kube-OVN did not tell its Subnet; empty where there is none. */
export function subnetWith(addresses: readonly string[], provider: string, view: View): string {
  const network = provider.slice(0, Math.max(0, provider.lastIndexOf(".")));
  const subnets = [provider, network].flatMap((each) => subnetsOfProvider(each, view)).map(keyOf);
  return subnets.find((subnet) => {
    const { layout } = view.project(ledger, subnet);
    return addresses.every((text) => {
      const address = parseAddress(text);
      return address !== undefined && !refusalByLayout(address, layout);
    });
  }) ?? "";
}
