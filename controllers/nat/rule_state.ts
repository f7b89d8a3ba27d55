/** Whether a rule is in force: by itself, against its rivals, and by its EIP. What the gateway does is another question. */
import { IptablesDnatRule, portOf } from "../../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../crds/iptables_fip_rule.ts";
import type { NatRule } from "../../crds/nat_rules.ts";
import { dnatsOf } from "../../crds/projections.ts";
import { NatReason } from "../../crds/reasons.ts";
import { isObjectName } from "../../crds/object_name.ts";
import { type Family, familyOf, parseAddress } from "../../ipam/address.ts";
import { problemText } from "../../ipam/problem.ts";
import { quote } from "../../ipam/quote.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import type { Trigger } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { wornBy } from "./eip_state.ts";
import { isGuarded } from "../common/guarded.ts";
import type { Obstacle } from "../common/obstacle.ts";
import { familiesOf, type Nat, natOf } from "./rule_spec.ts";
import { byAge } from "../common/order.ts";

export interface InForce {
  readonly ok: true;
  readonly rule: NatRule;
  readonly nat: Nat;
  readonly eip: IptablesEIP;
  /** Of the EIP; canonical, IPv4 first; of every family that the rule needs. */
  readonly addresses: readonly string[];
}

export interface NotInForce extends Obstacle {
  readonly reason: NatReason;
}

export function inForce(rule: NatRule, view: View): InForce | NotInForce {
  const read = natOf(rule);
  if (!read.ok) return not(NatReason.InvalidRule, read.problems.map(problemText).join("; "));
  const found = eipOf(rule, view);
  if (!found.ok) return found;
  const { eip } = found,
    name = keyOf(eip),
    addresses = wornBy(eip, view),
    until: Trigger[] = [[IptablesEIP, name]];
  if (addresses.length === 0) return notYet(name, until);
  const missing = missingFamily(read.value, addresses);
  if (missing) {
    const message =
      `spec.eip: IptablesEIP ${name} has no IPv${missing} address, which the internal side asks for; name an EIP that has one`;
    return not(NatReason.EipNotReady, message, until);
  }
  const rival = rivalOf(rule, addresses, view);
  if (!rival) return { ok: true, rule, nat: read.value, eip, addresses };
  const message = `${rivalry(rule, name)}, which ${rival.kind} ${keyOf(rival)} has already; ` +
    "delete one of the two, or change what this one asks for";
  return not(NatReason.RuleConflict, message);
}

const notYet = (eip: string, until: readonly Trigger[]): NotInForce =>
  not(
    NatReason.EipNotReady,
    `spec.eip: IptablesEIP ${eip} has no address yet; see its condition Ready`,
    until,
  );

function missingFamily(nat: Nat, addresses: readonly string[]): Family | undefined {
  const has = new Set(addresses.map((text) => familyOf(parseAddress(text)!)));
  return familiesOf(nat).find((family) => !has.has(family));
}

/** A rule that holds on to its EIP already may keep it to its end; a new one may not begin with one that is going. */
function eipOf(rule: NatRule, view: View): { readonly ok: true; readonly eip: IptablesEIP } | NotInForce {
  const name = rule.spec.eip ?? "", until: Trigger[] = [[IptablesEIP, name]], reason = NatReason.EipNotReady;
  if (!isObjectName(name)) {
    return not(reason, `spec.eip: ${quote(name)} is not the name of an IptablesEIP; name one`);
  }
  const eip = view.get(IptablesEIP, name);
  if (!eip) {
    return not(reason, `spec.eip: IptablesEIP ${name} does not exist; create it, or name another one`, until);
  }
  if (isDeleting(eip) && !isGuarded(rule)) {
    return not(reason, `spec.eip: IptablesEIP ${name} is being deleted; name another one`, until);
  }
  if (isGuarded(eip)) return { ok: true, eip };
  const state = notYet(name, until);
  return eip.status?.conditions ? state : { ...state, passing: true };
}

/** The older rule that has what this one wants. One that cannot be in force has nothing. */
function rivalOf(rule: NatRule, addresses: readonly string[], view: View): NatRule | undefined {
  const able = rivalsOf(rule, view).filter((other) => {
    const read = natOf(other);
    return read.ok && missingFamily(read.value, addresses) === undefined;
  });
  const first = able.sort(byAge)[0];
  if (!first || keyOf(first) === keyOf(rule)) return undefined;
  return isShared(first) && isShared(rule) ? undefined : first;
}

/** Those that want the same, this one among them: the EIP as a whole, or one of its ports; SNAT rules want nothing for themselves. */
export function rivalsOf(rule: NatRule, view: View): readonly NatRule[] {
  if (rule.kind === IptablesFIPRule.kind && rule.spec.eip) {
    return [...view.referrers(IptablesFIPRule, IptablesEIP, rule.spec.eip)];
  }
  if (rule.kind === IptablesDnatRule.kind) {
    return [...view.project(dnatsOf, portOf(rule as IptablesDnatRule)).values()];
  }
  return [];
}

function isShared(rule: NatRule): boolean {
  const read = natOf(rule);
  return read.ok && read.value.nat === "dnat" && read.value.isShared;
}

function rivalry(rule: NatRule, eip: string): string {
  if (rule.kind === IptablesFIPRule.kind) return `spec.eip: it asks for all of IptablesEIP ${eip}`;
  const { externalPort, protocol, type } = (rule as IptablesDnatRule).spec;
  return `spec.externalPort: as ${
    type ?? "exclusive"
  } rule it asks for ${protocol} port ${externalPort} of IptablesEIP ${eip}`;
}

const not = (reason: NatReason, message: string, until: readonly Trigger[] = []): NotInForce => ({
  ok: false,
  reason,
  message,
  until,
});
