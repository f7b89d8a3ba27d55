/**
 * The rule set of a gateway as nftables text, in a ConfigMap that its pods mount: whoever builds the gateway's image loads it with
 * `nft -f` whenever it changes. The text replaces what was loaded before as a whole, or not at all.
 *
 * Nothing gets into it as it was written: addresses, blocks, ports and protocols are printed from what was parsed, and of a rule's
 * name, in a comment, Kubernetes sees to it that it is one.
 *
 * @see https://wiki.nftables.org/wiki-nftables/index.php/Performing_Network_Address_Translation_(NAT)
 */
import { ConfigMap, workloadName } from "../../crds/gateway_parts.ts";
import { markOf, marksIn, nameIn, RULES_FILE } from "../../crds/nat_marks.ts";
import { tellersOf } from "../../crds/projections.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { type Address, type Family, familyOf, formatAddress, parseAddress } from "../../ipam/address.ts";
import { formatCidr } from "../../ipam/cidr.ts";
import { type Key, keyOf } from "../../reconcile/kind.ts";
import { holds, want } from "../../reconcile/plan.ts";
import { partMetadata } from "../gateway/workload.ts";
import { memo } from "../../reconcile/memo.ts";
import type { GatewayPlace, NatDataPlane } from "./data_plane.ts";
import type { InForce } from "./rule_state.ts";
import type { RuleSet } from "./rule_set.ts";
import type { Dnat, Fip, Snat } from "./rule_spec.ts";

const TABLE = "cadastre";
/** External interfaces, as Multus numbers them; `eth0` is the one in the Vpc. */
const OUT = 'oifname "net*"';

export const nftables: NatDataPlane = {
  parts: (place, rules, view) => {
    const resourceVersion = view.get(ConfigMap, keyIn(place))?.metadata.resourceVersion;
    // Under the version that was looked at: a text that was made before must not bring back what was taken out since.
    const metadata = {
      ...partMetadata(place, nameOf(place)),
      ...(resourceVersion ? { resourceVersion } : {}),
    };
    return [want(ConfigMap, { metadata, data: { [RULES_FILE]: nftablesOf(rules()) } })];
  },
  mounts: workloadName,
  isPending: ({ rule, eip }, place, view) => {
    const told = view.get(ConfigMap, keyIn(place));
    return told === undefined || !readIn(told).marks.has(markOf(rule, eip));
  },
  before: (going, gateway, view) => {
    const name = nameIn(going);
    const own = gateway === undefined ? [] : view.referrers(ConfigMap, VpcNatGateway, gateway).map(keyOf);
    return [...new Set([...view.project(tellersOf, name), ...own])].map((key) =>
      holds(ConfigMap, key, (told) => told === undefined || !readIn(told).names.has(name))
    );
  },
};

const nameOf = ({ gateway }: GatewayPlace): string => workloadName(keyOf(gateway));
const keyIn = (place: GatewayPlace): Key => `${place.namespace}/${nameOf(place)}`;
const readIn = memo(marksIn);

/** The same text for the same rules, in whatever order they came. */
export function nftablesOf(rules: RuleSet): string {
  return ([4, 6] as const).map((family) => tableOf(family, rules.flatMap((rule) => ofFamily(rule, family))))
    .join("\n");
}

/** A rule with its two sides in one family. */
interface Sided<N = Fip | Dnat | Snat> {
  readonly mark: string;
  readonly nat: N;
  readonly external: string;
}

function ofFamily({ rule, nat, eip, addresses }: InForce, family: Family): readonly Sided[] {
  const external = addresses.find((text) => familyOf(parseAddress(text)!) === family);
  const internal = nat.nat === "snat" ? nat.internal.map(({ first }) => first) : [nat.internal];
  return external && internal.some((address) => familyOf(address) === family)
    ? [{ mark: markOf(rule, eip), nat, external }]
    : [];
}

const is =
  <T extends (Fip | Dnat | Snat)["nat"]>(type: T) =>
  (rule: Sided): rule is Sided<Extract<Fip | Dnat | Snat, { nat: T }>> => rule.nat.nat === type;

function tableOf(family: Family, rules: readonly Sided[]): string {
  const table = `${family === 4 ? "ip" : "ip6"} ${TABLE}`, ip = family === 4 ? "ip" : "ip6";
  const fips = rules.filter(is("fip")), snats = rules.filter(is("snat"));
  const into = [
    // A port is more than the whole address.
    ...byPort(rules.filter(is("dnat"))).flatMap((port) => dnatLines(port, ip)),
    ...fips.flatMap(({ mark, nat, external }) => [
      mark,
      `${ip} daddr ${external} dnat to ${formatAddress(nat.internal)}`,
    ]),
  ];
  const out = [
    ...fips.map(({ nat, external }) =>
      `${OUT} ${ip} saddr ${formatAddress(nat.internal)} snat to ${external}`
    ),
    ...byPrefix(snats, family).flatMap(({ mark, external, block }) => [
      mark,
      `${OUT} ${ip} saddr ${block} snat to ${external}`,
    ]),
  ];
  // To delete a table that is not there is an error, to add one that is there is none.
  return `add table ${table}
delete table ${table}
table ${table} {
${chain("prerouting", "dstnat", into)}
${chain("postrouting", "srcnat", out)}
}
`;
}

function chain(hook: string, priority: string, lines: readonly string[]): string {
  const body = [`type nat hook ${hook} priority ${priority}; policy accept;`, ...lines];
  return `  chain ${hook} {\n${body.map((line) => `    ${line}\n`).join("")}  }`;
}

/** Rules that share a port are one line. */
function byPort(rules: readonly Sided<Dnat>[]): readonly (readonly Sided<Dnat>[])[] {
  const ports = new Map<string, Sided<Dnat>[]>();
  for (const rule of rules) {
    const port = `${rule.external} ${rule.nat.protocol} ${rule.nat.externalPort}`;
    ports.set(port, [...ports.get(port) ?? [], rule]);
  }
  return [...ports.values()];
}

function dnatLines(rules: readonly Sided<Dnat>[], ip: string): readonly string[] {
  const [{ nat, external }] = rules as [Sided<Dnat>];
  const map = rules.map(({ nat }, i) => `${i} : ${formatAddress(nat.internal)} . ${nat.internalPort}`).join(
    ", ",
  );
  const target = rules.length === 1
    ? `${bracketed(nat.internal)}:${nat.internalPort}`
    : `numgen random mod ${rules.length} map { ${map} }`;
  return [
    ...rules.map(({ mark }) => mark),
    `${ip} daddr ${external} ${nat.protocol} dport ${nat.externalPort} dnat to ${target}`,
  ];
}

const bracketed = (address: Address): string =>
  familyOf(address) === 4 ? formatAddress(address) : `[${formatAddress(address)}]`;

/** The first line that matches decides: the smallest blocks come first. */
function byPrefix(rules: readonly Sided<Snat>[], family: Family) {
  return rules
    .flatMap(({ mark, nat, external }) =>
      nat.internal.filter(({ first }) => familyOf(first) === family).map((cidr) => ({
        mark,
        external,
        block: formatCidr(cidr),
        prefix: cidr.prefix,
      }))
    )
    .toSorted((a, b) => b.prefix - a.prefix);
}
