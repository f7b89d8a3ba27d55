/** IptablesEIPs: addresses of an external Subnet, held as long as rules use them, served by a gateway. */
import { VPC_NAT_GW } from "../../crds/annotations.ts";
import { Pod } from "../../crds/foreign.ts";
import { ConfigMap } from "../../crds/gateway_parts.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { EIP_V4_LABEL, GATEWAY_NAME_LABEL, legalLabels, QOS_LABEL, SUBNET_LABEL } from "../../crds/labels.ts";
import { marksIn } from "../../crds/nat_marks.ts";
import { ruleKinds } from "../../crds/nat_rules.ts";
import { NatReason } from "../../crds/reasons.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import type { Family } from "../../ipam/address.ts";
import { isDeleting, type Key, keyOf } from "../../reconcile/kind.ts";
import { desired, type Entry, no, type Plan, wait, want, yes } from "../../reconcile/plan.ts";
import { controller, on, type Table, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { type NotServing, redoOf, type Serving, servingOf } from "./eip_state.ts";
import { type Holding, holdingOf } from "../holder/holder.ts";
import { changeDenied, type Wanted, wantedOf } from "../holder/request.ts";
import type { GatewayOptions } from "./data_plane.ts";
import { ending } from "./ending.ts";
import { inForce } from "./rule_state.ts";

export function iptablesEip(options: GatewayOptions): Table {
  return controller("iptables-eip", [
    on(IptablesEIP, (eip, view) => reconcile(eip, view, options), { guard: true }), // gateway, rules, claims and Subnet wake it by their relations
    wake(IptablesEIP, Pod, eipsOfGatewayPod),
    wake(IptablesEIP, ConfigMap, eipsShownIn),
  ]);
}

export function reconcile(eip: IptablesEIP, view: View, options: GatewayOptions): Plan {
  if (isDeleting(eip)) {
    const message = "it is being deleted; the rules that use it have to go first";
    const why = { reason: "IptablesEIPDeleting", message }, gateway = eip.spec.natGwDp || undefined;
    return ending({ kind: IptablesEIP, object: eip, why, gateway }, view, options);
  }
  const { v4ip: v4, v6ip: v6, macAddress: mac } = eip.spec, wanted = wantedOf({ v4, v6, mac });
  if (!wanted.ok) {
    const { word, message } = wanted.refusal;
    return wait({ reason: word, message }, [[IptablesEIP, keyOf(eip)]], { status: { ready: false } });
  }
  const asker = { kind: IptablesEIP, object: eip, ...wanted.value, ...onlyFamily(wanted.value) };
  const holding = holdingOf(asker, view);
  if ("verdict" in holding) return { ...holding, status: { ready: false } };
  return held(eip, { holding, serving: servingOf(eip, view, options) }, view);
}

/** Who asks for an address of one family alone wants none of the other. */
function onlyFamily({ addresses: { v4, v6 } }: Wanted): { family?: Family } {
  return v4 && !v6 ? { family: 4 } : v6 && !v4 ? { family: 6 } : {};
}

interface Held {
  readonly holding: Holding;
  readonly serving: Serving | NotServing;
}

function held(eip: IptablesEIP, { holding, serving }: Held, view: View): Plan {
  const { v4, v6 } = holding.addresses, { qosPolicy, v4ip, v6ip, macAddress: mac } = eip.spec;
  const asked = { subnet: eip.spec.externalSubnet, v4: v4ip, v6: v6ip, mac };
  return desired({
    claims: holding.claims,
    release: holding.release,
    apply: [written(eip, holding)],
    conditions: {
      Ready: serving.ok ? yes(NatReason.NatReady) : no(NatReason.GatewayNotReady, serving.message),
      ...(holding.published ? changeDenied(asked, holding) : {}),
    },
    status: {
      ready: serving.ok,
      ip: [v4, v6].filter((address) => address !== undefined).join(","),
      nat: usesOf(eip, view),
      qosPolicy: qosPolicy ?? "",
      ...(serving.ok ? { redo: redoOf(serving.pods) } : {}),
    },
  });
}

/** Its labels; and once it was told its addresses, they are in its spec as well, where its author wrote none. */
function written(
  { metadata: { name }, spec }: IptablesEIP,
  { subnet, addresses, mac, published }: Holding,
): Entry {
  const labelled = legalLabels({
    [SUBNET_LABEL]: subnet,
    [GATEWAY_NAME_LABEL]: spec.natGwDp,
    [EIP_V4_LABEL]: addresses.v4,
    [QOS_LABEL]: spec.qosPolicy,
  });
  const filled = {
    v4ip: spec.v4ip || addresses.v4,
    v6ip: spec.v6ip || addresses.v6,
    macAddress: spec.macAddress || mac,
  };
  return want(IptablesEIP, {
    metadata: { name, ...labelled },
    ...(published ? { spec: Object.fromEntries(Object.entries(filled).filter(([, value]) => value)) } : {}),
  });
}

/** The kinds of rules that are in force with it, as Kube-OVN lists them: a sorted part of `dnat,fip,snat`. */
function usesOf(eip: IptablesEIP, view: View): string {
  const uses = ruleKinds.flatMap((kind) => {
    const rules = view.referrers(kind, IptablesEIP, keyOf(eip)).filter((rule) => !isDeleting(rule));
    for (const rule of rules) {
      const state = inForce(rule, view);
      if (state.ok) return [state.nat.nat];
    }
    return [];
  });
  return uses.sort().join(",");
}

function* eipsOfGatewayPod({ metadata }: Pod, view: View): Iterable<Key> {
  const gateway = metadata.annotations?.[VPC_NAT_GW];
  if (gateway === undefined) return;
  for (const eip of view.referrers(IptablesEIP, VpcNatGateway, gateway)) yield keyOf(eip);
}

/** What a gateway was told is in the way of an EIP that is going. */
function* eipsShownIn(told: ConfigMap): Iterable<Key> {
  for (const name of marksIn(told).names) {
    const [kind, key] = name.split(" ");
    if (kind === IptablesEIP.kind) yield key!;
  }
}
