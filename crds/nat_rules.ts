/** The three kinds of rules that use an EIP. */
import { IptablesDnatRule } from "./iptables_dnat_rule.ts";
import { IptablesFIPRule } from "./iptables_fip_rule.ts";
import { IptablesSnatRule } from "./iptables_snat_rule.ts";

export type NatRule = IptablesFIPRule | IptablesDnatRule | IptablesSnatRule;

export const ruleKinds = [IptablesFIPRule, IptablesDnatRule, IptablesSnatRule] as const;
