/** NAT gateways, EIPs and the rules that use them; what gateways stand on. */
import {
  ConfigMap,
  Deployment,
  GATEWAY_NAMESPACE,
  IMAGE_CONFIG,
  SWITCH,
  SWITCH_CONFIG,
} from "../../../crds/gateway_parts.ts";
import { NETWORKS } from "../../../crds/annotations.ts";
import { Namespace, NetworkAttachmentDefinition, Pod, StatefulSet } from "../../../crds/foreign.ts";
import { IptablesEIP } from "../../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../../crds/iptables_fip_rule.ts";
import { IptablesSnatRule } from "../../../crds/iptables_snat_rule.ts";
import { ruleKinds } from "../../../crds/nat_rules.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vpc } from "../../../crds/vpc.ts";
import { VpcNatGateway } from "../../../crds/vpc_nat_gateway.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import type { Random } from "../../conformance/random.ts";
import type { UserRequest } from "../action.ts";
import { TYPO } from "../pools.ts";
import { createNetworkNamed } from "./attachments.ts";
import { addressIn } from "./shapes.ts";
import { absent, chance, create, type Doing, merge, one, PODS, remove, VPC } from "./user.ts";

export const GATEWAYS = ["gw0", "gw1"] as const;
export const EIPS = ["e0", "e1"] as const;
/** Of each kind. */
const RULES = ["r0", "r1"] as const;
/** In the Vpc of the gateways, and outside. */
const INNER = "sn1", OUTER = "sn2";
/** The provider of the outer Subnet is the one of a network in this namespace. */
const NETWORK = "net1", PROVIDER = `${NETWORK}.red.ovn`;

/** All that gateways stand on, in the order in which somebody would write it. */
export function ground(random: Random) {
  const configuration = (name: string, data: Readonly<Record<string, string>>) =>
    create(ConfigMap, { metadata: { name, namespace: GATEWAY_NAMESPACE }, data });
  const outer = random.pick(["10.0.2.0/29", "10.0.2.0/29", "10.0.2.0/29,fd00:2::/125"]);
  return [
    [Namespace, create(Namespace, { metadata: { name: GATEWAY_NAMESPACE } })],
    [Namespace, create(Namespace, { metadata: { name: "red" } })],
    [Vpc, create(Vpc, { metadata: { name: VPC }, spec: { namespaces: ["red"] } })],
    [
      Subnet,
      create(Subnet, {
        metadata: { name: INNER },
        spec: { vpc: VPC, cidrBlock: "10.0.1.0/29", namespaces: ["red"] },
      }),
    ],
    [
      Subnet,
      create(Subnet, {
        metadata: { name: OUTER },
        spec: { cidrBlock: outer, excludeIps: ["10.0.2.6"], provider: PROVIDER },
      }),
    ],
    [NetworkAttachmentDefinition, createNetworkNamed(NETWORK)],
    [ConfigMap, configuration(IMAGE_CONFIG, { image: "nat:1" })],
    [ConfigMap, configuration(SWITCH_CONFIG, { [SWITCH]: "true" })],
  ] as const;
}

/** Puts back one of the things that gateways stand on. */
const createGround: Doing = (cluster, random) => {
  const missing = ground(random).filter(([kind, request]) => {
    const { metadata: { name, namespace } } =
      (request as { body: { metadata: Record<string, string> } }).body;
    return !cluster.get(kind, namespace ? `${namespace}/${name}` : name!);
  });
  return missing.length > 0 ? random.pick(missing)[1] : undefined;
};

const configure: Doing = (cluster, random) => {
  const configuration = one(cluster, random, ConfigMap, [IMAGE_CONFIG, SWITCH_CONFIG]);
  if (!configuration) return undefined;
  const key = keyOf(configuration);
  if (chance(random, 0.3)) return remove(ConfigMap, key);
  const data = configuration.metadata.name === IMAGE_CONFIG
    ? { image: random.pick(["nat:1", "nat:2", null]) }
    : { [SWITCH]: random.pick(["true", "true", "false"]) };
  return merge(ConfigMap, key, { data });
};

const createGateway: Doing = (cluster, random) => {
  const name = absent(cluster, random, VpcNatGateway, GATEWAYS);
  return name === undefined ? undefined : gatewayNamed(name, random);
};

export function gatewayNamed(name: string, random: Random): UserRequest {
  const spec = {
    vpc: VPC,
    subnet: INNER,
    externalSubnets: [OUTER],
    replicas: random.pick([1, 1, 1, 2]),
    ...random.maybe(0.3, () => ({ lanIp: addressIn(INNER, random) })),
    ...random.maybe(0.1, () => ({ noDefaultEIP: true })),
  };
  return create(VpcNatGateway, { metadata: { name }, spec });
}

const editGateway: Doing = (cluster, random) => {
  const gateway = one(cluster, random, VpcNatGateway);
  const spec = random.pick<Record<string, unknown>>([
    { replicas: 1 },
    { replicas: 2 },
    { lanIp: addressIn(INNER, random) },
    { lanIp: null },
    { externalSubnets: [OUTER] },
    { externalSubnets: ["sn3"] },
    { noDefaultEIP: random.pick([true, null]) },
    { subnet: random.pick([INNER, OUTER]) },
    { selector: random.pick([["example.com/edge: a"], ["x"], null]) },
  ]);
  return gateway && merge(VpcNatGateway, keyOf(gateway), { spec });
};

const deleteGateway: Doing = (cluster, random) => {
  const gateway = one(cluster, random, VpcNatGateway);
  return gateway && remove(VpcNatGateway, keyOf(gateway));
};

/** The workload goes, by hand. */
const deleteWorkload: Doing = (cluster, random) => {
  const kind = random.pick([StatefulSet, Deployment]), workload = one(cluster, random, kind);
  return workload && remove(kind, keyOf(workload));
};

/** Somebody scales it; the gateway says what it should be. */
const scaleWorkload: Doing = (cluster, random) => {
  const kind = random.pick([StatefulSet, Deployment]), workload = one(cluster, random, kind);
  return workload && merge(kind, keyOf(workload), { spec: { replicas: random.pick([0, 1, 2]) } });
};

const createEip: Doing = (cluster, random) => {
  const name = absent(cluster, random, IptablesEIP, EIPS);
  return name === undefined ? undefined : eipNamed(name, random);
};

export function eipNamed(name: string, random: Random): UserRequest {
  const spec = {
    externalSubnet: OUTER,
    natGwDp: random.pick(["gw0", "gw0", "gw1"]),
    ...random.maybe(0.3, () => ({ v4ip: addressIn(OUTER, random) })),
    ...random.maybe(0.05, () => ({ v6ip: addressIn(OUTER, random, 6) })),
  };
  return create(IptablesEIP, { metadata: { name }, spec });
}

const editEip: Doing = (cluster, random) => {
  const eip = one(cluster, random, IptablesEIP);
  const spec = random.pick<Record<string, unknown>>([
    { natGwDp: random.pick(GATEWAYS) },
    { natGwDp: null },
    { v4ip: addressIn(OUTER, random) },
    { v4ip: null },
    { externalSubnet: random.pick([OUTER, "sn3"]) },
    { qosPolicy: random.pick(["slow", null]) },
  ]);
  return eip && merge(IptablesEIP, keyOf(eip), { spec });
};

const editEipStatus: Doing = (cluster, random) => {
  const eip = one(cluster, random, IptablesEIP);
  const status = random.pick([{ ip: null }, { ip: addressIn(OUTER, random) }, { ready: false, nat: "x" }]);
  return eip && { ...merge(IptablesEIP, keyOf(eip), { status }), subresource: "status" } as never;
};

const deleteEip: Doing = (cluster, random) => {
  const eip = one(cluster, random, IptablesEIP);
  return eip && remove(IptablesEIP, keyOf(eip));
};

/** `kubectl patch … finalizers: null`, of something that is in the way. */
const stripNat: Doing = (cluster, random) => {
  const kind = random.pick([VpcNatGateway, IptablesEIP, ...ruleKinds]), object = one(cluster, random, kind);
  return object && merge(kind, keyOf(object), { metadata: { finalizers: null } });
};

const createRule: Doing = (cluster, random) => {
  const kind = random.pick(ruleKinds), name = absent(cluster, random, kind, RULES);
  return name === undefined ? undefined : create(kind, { metadata: { name }, spec: ruleSpec(kind, random) });
};

const editRule: Doing = (cluster, random) => {
  const kind = random.pick(ruleKinds), rule = one(cluster, random, kind), spec = ruleSpec(kind, random);
  const [field, value] = random.pick(Object.entries(spec));
  return rule && merge(kind, keyOf(rule), { spec: { [field]: value } });
};

const deleteRule: Doing = (cluster, random) => {
  const kind = random.pick(ruleKinds), rule = one(cluster, random, kind);
  return rule && remove(kind, keyOf(rule));
};

/** Few EIPs and few ports, so that rules meet; now and then something that cannot be. */
export function ruleSpec(kind: typeof ruleKinds[number], random: Random): Record<string, string> {
  const eip = random.pick(EIPS), isOdd = chance(random, 0.1);
  const internalIp = isOdd ? random.pick(["fd00:1::3", TYPO]) : random.pick(["10.0.1.3", "10.0.1.4"]);
  switch (kind.kind) {
    case IptablesFIPRule.kind:
      return { eip, internalIp };
    case IptablesSnatRule.kind:
      return { eip, internalCIDR: isOdd ? random.pick(["fd00:1::/125", TYPO]) : "10.0.1.0/29" };
    default:
      return {
        eip,
        internalIp,
        externalPort: random.pick(["80", "80", "81"]),
        protocol: random.pick(["tcp", "TCP", "udp"]),
        internalPort: "8080",
        type: random.pick(["exclusive", "share"]),
      };
  }
}

/** A pod that wants one of the few addresses outside (F4). */
const createOuterPod: Doing = (cluster, random) => {
  const name = absent(cluster, random, Pod, PODS.map((name) => `red/${name}`))?.slice("red/".length);
  const annotations = {
    [NETWORKS]: NETWORK,
    ...random.maybe(0.5, () => ({ [`${PROVIDER}.kubernetes.io/ip_address`]: addressIn(OUTER, random) })),
  };
  const spec = { containers: [{ name: "c", image: "i" }] };
  return name === undefined
    ? undefined
    : create(Pod, { metadata: { name, namespace: "red", annotations }, spec });
};

/** All rules, EIPs, gateways and Subnets, in an order of its own. */
export function allOfIt(random: Random): readonly UserRequest[] {
  const all = [
    ...ruleKinds.flatMap((kind) => RULES.map((name) => remove(kind, name))),
    ...EIPS.map((name) => remove(IptablesEIP, name)),
    ...GATEWAYS.map((name) => remove(VpcNatGateway, name)),
    ...[INNER, OUTER].map((name) => remove(Subnet, name)),
    remove(Vpc, VPC),
  ];
  return shuffled(all, random);
}

export function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items.map((item) => ({ item, at: random.next() })).sort((a, b) => a.at - b.at).map(({ item }) =>
    item
  );
}

/** What users do with them. */
export const gateways: Readonly<Record<string, Doing>> = {
  "create ground": createGround,
  "configure gateways": configure,
  "create gateway": createGateway,
  "edit gateway": editGateway,
  "delete gateway": deleteGateway,
  "delete workload": deleteWorkload,
  "scale workload": scaleWorkload,
  "create eip": createEip,
  "edit eip": editEip,
  "tamper with eip": editEipStatus,
  "delete eip": deleteEip,
  "strip nat": stripNat,
  "create rule": createRule,
  "edit rule": editRule,
  "delete rule": deleteRule,
  "create outer pod": createOuterPod,
};
