/** FIP, DNAT and SNAT rules: checked against one another, told to the gateway of their EIP, reported on. */
import { AddressClaim } from "../../crds/address_claim.ts";
import { VPC_EIP, VPC_NAT_GW } from "../../crds/annotations.ts";
import { Pod } from "../../crds/foreign.ts";
import { ConfigMap, gatewayOf } from "../../crds/gateway_parts.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { DNAT_PORT_LABEL, EIP_V4_LABEL, GATEWAY_NAME_LABEL, legalLabels } from "../../crds/labels.ts";
import { type NatRule, ruleKinds } from "../../crds/nat_rules.ts";
import { NatReason } from "../../crds/reasons.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { isDeleting, type Key, keyOf } from "../../reconcile/kind.ts";
import {
  desired,
  type Entry,
  no,
  type Plan,
  type Trigger,
  type Verdict,
  wait,
  want,
  yes,
} from "../../reconcile/plan.ts";
import { controller, on, type Row, type Table, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { type NotServing, redoOf, type Serving, servingOf } from "./eip_state.ts";
import { namespaceOf } from "../gateway/pods.ts";
import type { GatewayOptions } from "./data_plane.ts";
import { ending } from "./ending.ts";
import { type InForce, inForce, rivalsOf } from "./rule_state.ts";

type RuleKind = typeof ruleKinds[number];

export const natRules = (options: GatewayOptions): Table =>
  controller("nat-rule", ruleKinds.flatMap((kind) => rowsOf(kind, options)));

/** Its EIP wakes a rule by their relation. */
function rowsOf(kind: RuleKind, options: GatewayOptions): readonly Row[] {
  const answer = (rule: NatRule, view: View) => reconcile(kind, rule, view, options);
  return [
    on(kind, answer, { guard: true }),
    wake(kind, kind, (rule, view) => rivalsOf(rule, view).map(keyOf)),
    wake(kind, AddressClaim, (claim, view) => usersOfHolder(kind, claim, view)),
    wake(kind, VpcNatGateway, (gateway, view) => usersOfGateway(kind, keyOf(gateway), view)),
    wake(kind, Pod, (pod, view) => usersOfGateway(kind, pod.metadata.annotations?.[VPC_NAT_GW], view)),
    wake(kind, ConfigMap, (part, view) => usersOfGateway(kind, gatewayOf(part), view)),
  ];
}

export function reconcile(kind: RuleKind, rule: NatRule, view: View, options: GatewayOptions): Plan {
  if (isDeleting(rule)) {
    const gateway = view.get(IptablesEIP, rule.spec.eip || undefined)?.spec.natGwDp || undefined;
    const why = { reason: "RuleDeleting", message: "it is being deleted" };
    return ending({ kind, object: rule, why, gateway }, view, options);
  }
  const state = inForce(rule, view), self: Trigger = [kind, keyOf(rule)];
  if (!state.ok) {
    return wait(state, [self, ...state.until], { quiet: state.passing === true, status: { ready: false } });
  }
  const serving = servingOf(state.eip, view, options), ready = readiness(state, serving, { view, options });
  return desired({
    apply: [marked(kind, state)],
    conditions: { Ready: ready },
    status: {
      ...shownBy(state),
      ready: ready.status === "True",
      ...(serving.ok ? { redo: redoOf(serving.pods) } : {}),
    },
  });
}

interface Around {
  readonly view: View;
  readonly options: GatewayOptions;
}

function readiness(
  state: InForce,
  serving: Serving | NotServing,
  { view, options }: Around,
): Verdict {
  if (!serving.ok) {
    return no(NatReason.GatewayNotReady, `spec.eip: IptablesEIP ${keyOf(state.eip)}: ${serving.message}`);
  }
  const { gateway } = serving, place = { gateway, namespace: namespaceOf(gateway, options) };
  if (!options.dataPlane.isPending(state, place, view)) return yes(NatReason.NatReady);
  const message = `VpcNatGateway ${keyOf(gateway)} is being told`;
  return { status: "Unknown", reason: NatReason.RulePending, message };
}

/** What the rule asks for, as far as it is in force, and where. */
function shownBy({ rule, eip, addresses }: InForce): Record<string, unknown> {
  const { eip: _, type: __, ...asked } = rule.spec as Record<string, unknown>;
  return {
    ...asked,
    v4ip: addresses.find((a) => !a.includes(":")) ?? "",
    v6ip: addresses.find((a) => a.includes(":")) ?? "",
    natGwDp: eip.spec.natGwDp ?? "",
  };
}

/** Labels and annotation as Kube-OVN has them, for those who look rules up by address or gateway. */
function marked(kind: RuleKind, { rule, nat, eip, addresses }: InForce): Entry {
  const labelled = legalLabels({
    [GATEWAY_NAME_LABEL]: eip.spec.natGwDp,
    [EIP_V4_LABEL]: addresses.find((a) => !a.includes(":")),
    ...(nat.nat === "dnat" ? { [DNAT_PORT_LABEL]: String(nat.externalPort) } : {}),
  });
  return want(kind, {
    metadata: { name: rule.metadata.name, ...labelled, annotations: { [VPC_EIP]: keyOf(eip) } },
  });
}

function usersOfHolder(kind: RuleKind, { spec: { holder } }: AddressClaim, view: View): readonly Key[] {
  return holder.kind === IptablesEIP.kind ? usersOf(kind, holder.name, view) : [];
}

const usersOf = (kind: RuleKind, eip: Key, view: View): readonly Key[] =>
  view.referrers(kind, IptablesEIP, eip).map(keyOf);

function* usersOfGateway(kind: RuleKind, gateway: Key | undefined, view: View): Iterable<Key> {
  if (gateway === undefined) return;
  for (const eip of view.referrers(IptablesEIP, VpcNatGateway, gateway)) {
    yield* usersOf(kind, keyOf(eip), view);
  }
}
