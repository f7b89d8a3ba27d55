/** What a ConfigMap with the rules of a gateway has in force: a line of comment for each rule says which, and with which EIP. */
import { type Key, keyOf, type Obj } from "../reconcile/kind.ts";
import { type ConfigMap, gatewayOf } from "./gateway_parts.ts";
import { IptablesEIP } from "./iptables_eip.ts";
import type { NatRule } from "./nat_rules.ts";

/** The file in the ConfigMap. */
export const RULES_FILE = "rules.nft";

/** The line of a rule, in this version of its spec. */
export const markOf = (rule: NatRule, eip: IptablesEIP): string =>
  `# ${nameIn(rule)} ${rule.metadata.generation ?? 0} with ${keyOf(eip)}`;

const MARK = /^ *(# (\w+ \S+) \d+ with (\S+))$/;

/** The lines of rules in it, as {@link markOf} writes them, and the rules and EIPs in them, as {@link nameIn} does. */
export function marksIn(told: ConfigMap): { readonly marks: Set<string>; readonly names: Set<Key> } {
  const marks = new Set<string>(), names = new Set<Key>();
  const lines = gatewayOf(told) === undefined ? [] : (told.data?.[RULES_FILE] ?? "").split("\n");
  for (const line of lines) {
    const [found, mark, rule, eip] = MARK.exec(line) ?? [];
    if (found === undefined) continue;
    marks.add(mark!);
    names.add(rule!).add(`${IptablesEIP.kind} ${eip}`);
  }
  return { marks, names };
}

/** `IptablesEIP web` */
export const nameIn = (object: Obj): Key => `${object.kind} ${keyOf(object)}`;
