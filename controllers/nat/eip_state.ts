/** What can be said of an EIP by whoever looks at it: its addresses, and whether its gateway can serve it. */
import { AddressClaim } from "../../crds/address_claim.ts";
import type { Pod } from "../../crds/foreign.ts";
import { holderKind, placeOf } from "../../crds/holders.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { externalSubnetsOf, VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { keyOf } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { type Places, runningPods } from "../gateway/pods.ts";

/** The addresses that it was told and holds; its status alone may have been written by anybody. */
export function wornBy(eip: IptablesEIP, view: View): readonly string[] {
  const held = new Set(
    view.referrers(AddressClaim, IptablesEIP, keyOf(eip))
      .filter(({ spec, metadata }) => spec.holder.uid === eip.metadata.uid && metadata.uid !== "")
      .map(({ spec }) => spec.address),
  );
  return holderKind(IptablesEIP).shownBy(eip).filter((address) => held.has(address));
}

/** A gateway that serves. */
export interface Serving {
  readonly ok: true;
  readonly gateway: VpcNatGateway;
  /** At least one. */
  readonly pods: readonly Pod[];
}

export interface NotServing {
  readonly ok: false;
  /** Names the field of the EIP, and the remedy. */
  readonly message: string;
}

/** The gateway that an EIP names, if it can serve it. The EIP has its addresses either way, and so nothing waits for this. */
export function servingOf(eip: IptablesEIP, view: View, places: Places): Serving | NotServing {
  const name = eip.spec.natGwDp ?? "";
  if (name === "") return not("spec.natGwDp is empty; name a VpcNatGateway");
  const gateway = view.get(VpcNatGateway, name);
  if (!gateway) {
    return not(`spec.natGwDp: VpcNatGateway ${name} does not exist; create it, or name another one`);
  }
  const place = placeOf(holderKind(IptablesEIP), eip);
  if (!externalSubnetsOf(gateway).includes(place)) {
    const remedy = "add it to that gateway's spec.externalSubnets, or name another gateway";
    return not(`spec.natGwDp: VpcNatGateway ${name} is not attached to Subnet ${place}; ${remedy}`);
  }
  const pods = runningPods(gateway, view, places);
  if (pods.length > 0) return { ok: true, gateway, pods };
  return not(`spec.natGwDp: no pod of VpcNatGateway ${name} runs; it ends by itself when one does`);
}

const not = (message: string): NotServing => ({ ok: false, message });

/** When the youngest of these pods came: what was programmed before that has to be programmed again; as Kube-OVN writes it. */
export function redoOf(pods: readonly Pod[]): string {
  const born = pods.map(({ metadata }) => metadata.creationTimestamp ?? "").sort();
  return (born.at(-1) ?? "").replace("Z", "");
}
