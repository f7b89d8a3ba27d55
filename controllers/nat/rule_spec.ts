/** What NAT rules ask for, read from text. Nothing else of a rule is ever written anywhere. */
import { IptablesDnatRule } from "../../crds/iptables_dnat_rule.ts";
import { IptablesFIPRule } from "../../crds/iptables_fip_rule.ts";
import type { IptablesSnatRule } from "../../crds/iptables_snat_rule.ts";
import type { NatRule } from "../../crds/nat_rules.ts";
import { type Address, type Family, familyOf, parseAddress, whyNotAddress } from "../../ipam/address.ts";
import { type Cidr, parseCidr, whyNotCidr } from "../../ipam/cidr.ts";
import { type Checked, type Problem } from "../../ipam/problem.ts";
import { quote } from "../../ipam/quote.ts";
import { memo } from "../../reconcile/memo.ts";

export interface Fip {
  readonly nat: "fip";
  readonly internal: Address;
}
export interface Dnat {
  readonly nat: "dnat";
  readonly protocol: "tcp" | "udp";
  readonly externalPort: number;
  readonly internal: Address;
  readonly internalPort: number;
  /** Several rules may have one port, and share its connections. */
  readonly isShared: boolean;
}
export interface Snat {
  readonly nat: "snat";
  /** One block, or one of each family. */
  readonly internal: readonly Cidr[];
}
export type Nat = Fip | Dnat | Snat;

/** What a rule asks for, or what is wrong with it. */
export const natOf: (rule: NatRule) => Checked<Nat> = memo((rule: NatRule) => {
  switch (rule.kind) {
    case IptablesFIPRule.kind:
      return fip(rule as IptablesFIPRule);
    case IptablesDnatRule.kind:
      return dnat(rule as IptablesDnatRule);
    default:
      return snat(rule as IptablesSnatRule);
  }
});

/** The families of which the EIP must have an address. */
export function familiesOf(nat: Nat): readonly Family[] {
  return nat.nat === "snat" ? nat.internal.map(({ first }) => familyOf(first)) : [familyOf(nat.internal)];
}

function fip({ spec: { internalIp = "" } }: IptablesFIPRule): Checked<Fip> {
  const internal = parseAddress(internalIp);
  return internal === undefined
    ? wrong(noAddress(internalIp))
    : { ok: true, value: { nat: "fip", internal } };
}

function dnat({ spec }: IptablesDnatRule): Checked<Dnat> {
  const { internalIp = "", externalPort: outer = "", internalPort: inner = "", type = "exclusive" } = spec;
  const protocol = protocolOf(spec.protocol ?? ""), internal = parseAddress(internalIp);
  const externalPort = portNumber(outer), internalPort = portNumber(inner);
  if (!protocol) {
    return wrong(problem("protocol", `${quote(spec.protocol ?? "")} is no protocol`, "write tcp or udp"));
  }
  if (externalPort === undefined) return wrong(noPort("externalPort", outer));
  if (internalPort === undefined) return wrong(noPort("internalPort", inner));
  if (internal === undefined) return wrong(noAddress(internalIp));
  const isShared = type === "share";
  return { ok: true, value: { nat: "dnat", protocol, externalPort, internal, internalPort, isShared } };
}

function snat({ spec: { internalCIDR = "" } }: IptablesSnatRule): Checked<Snat> {
  const texts = internalCIDR.split(",", 3), field = "internalCIDR";
  const internal = texts.flatMap((text) => parseCidr(text.trim()) ?? []);
  if (internal.length < texts.length) {
    const bad = texts.find((text) => !parseCidr(text.trim())) ?? "";
    return wrong(problem(field, whyNotCidr(bad), "write a CIDR, as 10.0.1.0/24"));
  }
  if (new Set(internal.map(({ first }) => familyOf(first))).size < internal.length) {
    return wrong(problem(field, `${quote(internalCIDR)} lists two of one family`, "write one rule for each"));
  }
  return { ok: true, value: { nat: "snat", internal } };
}

function protocolOf(text: string): "tcp" | "udp" | undefined {
  const protocol = text.toLowerCase();
  return protocol === "tcp" || protocol === "udp" ? protocol : undefined;
}

/** Decimal digits without a leading zero: one port has one text. */
function portNumber(text: string): number | undefined {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

const noAddress = (text: string): Problem => problem("internalIp", whyNotAddress(text), "write one address");
const noPort = (field: string, text: string): Problem =>
  problem(field, `${quote(text)} is no port`, "write a number from 1 to 65535");

const problem = (field: string, message: string, remedy: string): Problem => ({
  field: `spec.${field}`,
  message,
  remedy,
});
const wrong = (found: Problem): Checked<never> => ({ ok: false, problems: [found] });
