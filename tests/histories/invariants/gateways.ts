/** What gateways, EIPs and rules say of themselves is true, and nothing of a gateway outlives it. */
import { AddressClaim } from "../../../crds/address_claim.ts";
import { VPC_NAT_GW } from "../../../crds/annotations.ts";
import { Pod, StatefulSet } from "../../../crds/foreign.ts";
import {
  ConfigMap,
  Deployment,
  GATEWAY_NAMESPACE,
  gatewayUidOf,
  IMAGE_CONFIG,
  SWITCH,
  SWITCH_CONFIG,
  workloadName,
} from "../../../crds/gateway_parts.ts";
import { holderKind, placeOf } from "../../../crds/holders.ts";
import { IptablesDnatRule } from "../../../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../../crds/iptables_fip_rule.ts";
import { IptablesSnatRule } from "../../../crds/iptables_snat_rule.ts";
import { type NatRule, ruleKinds } from "../../../crds/nat_rules.ts";
import { isAlive } from "../../../crds/published.ts";
import { vpcOf } from "../../../crds/relations.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vpc } from "../../../crds/vpc.ts";
import { VpcNatGateway } from "../../../crds/vpc_nat_gateway.ts";
import { isDeleting, keyOf, type Kind, type Obj } from "../../../reconcile/kind.ts";
import { blockOf, familyOf } from "../blocks.ts";
import type { Records } from "../cluster.ts";
import { isHeld } from "../facts.ts";
import { marksIn } from "../marks.ts";
import { TYPO } from "../pools.ts";
import type { Invariant } from "./invariant.ts";
import { conditionOf } from "./serving.ts";

/** What a rule has inside, of each family; undefined where it cannot be read. */
function insideOf(rule: NatRule): readonly (4 | 6)[] | undefined {
  const { internalIp, internalCIDR } = rule.spec as Readonly<Record<string, string | undefined>>;
  const text = (rule.kind === IptablesSnatRule.kind ? internalCIDR : internalIp) ?? "";
  return text === "" || text === TYPO ? undefined : [familyOf(text)];
}

/** The addresses that an EIP shows and holds. */
function addressesOf(eip: IptablesEIP, cluster: Records): readonly string[] {
  return holderKind(IptablesEIP).shownBy(eip).filter((address) =>
    [...cluster.all(AddressClaim)].some(({ spec }) =>
      spec.address === address && spec.holder.uid === eip.metadata.uid
    )
  );
}

/** What is in the way of a rule, beside its gateway: a reason, as it has to say it. */
function obstacleOf(rule: NatRule, cluster: Records): string | undefined {
  const inside = insideOf(rule), eip = cluster.get(IptablesEIP, rule.spec.eip ?? "");
  if (!inside) return "InvalidRule";
  if (!eip || !isHeld(eip) || (isDeleting(eip) && !isHeld(rule))) return "EipNotReady";
  const families = addressesOf(eip, cluster).map(familyOf);
  const fits = (wanted: readonly (4 | 6)[] | undefined) =>
    wanted?.every((family) => families.includes(family));
  if (!fits(inside)) return "EipNotReady";
  const what = wantedBy(rule);
  const rivals = what === undefined
    ? []
    : [...cluster.all(kindOf(rule))].filter((other) => wantedBy(other) === what && fits(insideOf(other)));
  const first = rivals.sort(byAge)[0];
  return first && first !== rule && !(isShared(first) && isShared(rule)) ? "RuleConflict" : undefined;
}

/** An EIP, or one of its ports; SNAT rules want nothing for themselves. */
function wantedBy(rule: NatRule): string | undefined {
  const { eip, externalPort, protocol } = rule.spec as Readonly<Record<string, string>>;
  if (rule.kind === IptablesFIPRule.kind) return eip;
  return rule.kind === IptablesDnatRule.kind
    ? `${eip} ${externalPort} ${protocol?.toLowerCase()}`
    : undefined;
}

const isShared = (rule: NatRule): boolean => (rule as IptablesDnatRule).spec.type === "share";
const kindOf = ({ kind }: NatRule) => ruleKinds.find((each) => each.kind === kind)!;
const ageOf = ({ metadata }: Obj): string => `${metadata.creationTimestamp} ${metadata.name}`;
const byAge = (a: Obj, b: Obj): number => ageOf(a) < ageOf(b) ? -1 : 1;

function runningPodsOf(gateway: string, cluster: Records): number {
  return [...cluster.all(Pod)].filter((pod) =>
    pod.metadata.annotations?.[VPC_NAT_GW] === gateway && pod.metadata.namespace === GATEWAY_NAMESPACE &&
    isAlive(pod) && !isDeleting(pod) && pod.status?.phase === "Running"
  ).length;
}

/** Whether the gateway of an EIP can serve it. */
function isServed(eip: IptablesEIP, cluster: Records): boolean {
  const gateway = cluster.get(VpcNatGateway, eip.spec.natGwDp ?? "");
  const external = gateway?.spec.externalSubnets ?? [];
  return gateway !== undefined && external.includes(placeOf(holderKind(IptablesEIP), eip)) &&
    runningPodsOf(keyOf(gateway), cluster) > 0;
}

/** Whether its rules are written for a gateway. */
const isTelling = (gateway: string, cluster: Records): boolean =>
  cluster.get(ConfigMap, `${GATEWAY_NAMESPACE}/${workloadName(gateway)}`) !== undefined;

/** L1 and L14. */
const rules: Invariant = {
  id: "L1",
  says: "every rule is in force, or says the one thing that is in the way",
  atRest: ({ cluster }) => {
    for (const rule of ruleKinds.flatMap((kind): NatRule[] => [...cluster.all(kind)])) {
      if (isDeleting(rule)) continue;
      const eip = cluster.get(IptablesEIP, rule.spec.eip ?? ""), name = `${rule.kind} ${keyOf(rule)}`;
      const said = conditionOf(rule, "Ready");
      // A gateway that never stood has no pods of its own, but anybody may have put some there.
      const isTold = said?.reason !== "RulePending" || isTelling(eip?.spec.natGwDp ?? "", cluster);
      const wanted = obstacleOf(rule, cluster) ??
        (!isServed(eip!, cluster) ? "GatewayNotReady" : isTold ? "NatReady" : "RulePending");
      const ready = wanted === "NatReady";
      if (said?.reason !== wanted || (said.status === "True") !== ready || rule.status?.ready !== ready) {
        return `${name} says ${said?.status} ${said?.reason} ${said?.message}; it is ${wanted}`;
      }
      if (said.observedGeneration !== rule.metadata.generation) return `${name} did not look at its spec`;
    }
  },
};

/** L1. */
const eips: Invariant = {
  id: "L1",
  says:
    "an EIP with addresses is ready if its gateway serves it, and lists the rules that are in force with it",
  atRest: ({ cluster }) => {
    for (const eip of cluster.all(IptablesEIP)) {
      const said = conditionOf(eip, "Ready"), name = `IptablesEIP ${keyOf(eip)}`;
      if (isDeleting(eip)) continue;
      if (
        said?.status === "True"
          ? !isServed(eip, cluster)
          : said?.reason === "GatewayNotReady" && isServed(eip, cluster)
      ) {
        return `${name} says ${said?.status} ${said?.message}`;
      }
      // Who cannot get a claim back from a Subnet that is going has its address all the same, and its gateway serves it.
      const isOwn = said?.reason === "NatReady" || said?.reason === "GatewayNotReady";
      if (isOwn && (said.status === "True") !== (eip.status?.ready === true)) {
        return `${name} says ${said?.status}, and ready: ${eip.status?.ready}`;
      }
      if (!isOwn) continue;
      const uses = ruleKinds.filter((kind) =>
        [...cluster.all(kind)].some((rule) =>
          rule.spec.eip === keyOf(eip) && !isDeleting(rule) && !obstacleOf(rule, cluster)
        )
      );
      const nat = uses.map(({ kind }) => NAT[kind]).sort().join(",");
      if ((eip.status?.nat ?? "") !== nat) {
        return `${name} says it is used by ${eip.status?.nat}; it is by ${nat}`;
      }
    }
  },
};

const NAT: Readonly<Record<string, string>> = {
  [IptablesFIPRule.kind]: "fip",
  [IptablesDnatRule.kind]: "dnat",
  [IptablesSnatRule.kind]: "snat",
};

/** Whether everything that a gateway stands on is there. */
function stands({ spec }: VpcNatGateway, cluster: Records): boolean {
  const data = (name: string) => cluster.get(ConfigMap, `${GATEWAY_NAMESPACE}/${name}`)?.data ?? {};
  const [inner, ...outer] = [spec.subnet ?? "", ...spec.externalSubnets ?? []].map((n) =>
    cluster.get(Subnet, n)
  );
  const vpc = cluster.get(Vpc, spec.vpc ?? ""), ready = [inner, ...outer].every(isReady);
  const lan = spec.lanIp && inner ? blockOf(inner.spec) : undefined;
  return data(SWITCH_CONFIG)[SWITCH] === "true" && !!data(IMAGE_CONFIG).image && ready &&
    vpc !== undefined && !isDeleting(vpc) && vpcOf(inner!) === spec.vpc &&
    (inner!.spec.provider ?? "ovn") === "ovn" &&
    outer.every((subnet) => subnet!.spec.provider?.startsWith("net")) &&
    (!lan || (lan.hosts.has(spec.lanIp!) && !lan.gateways.has(spec.lanIp!))) &&
    (spec.selector ?? []).every((label) => label.includes(":"));
}

const isReady = (subnet: Subnet | undefined): boolean =>
  subnet !== undefined && conditionOf(subnet, "Ready")?.status === "True";

/** L1. */
const gateways: Invariant = {
  id: "L1",
  says: "a gateway whose ground is there has its workload, and is ready when that runs",
  atRest: ({ cluster }) => {
    for (const gateway of cluster.all(VpcNatGateway)) {
      if (isDeleting(gateway)) continue;
      const said = conditionOf(gateway, "Ready"), name = `VpcNatGateway ${keyOf(gateway)}`;
      const { replicas = 1 } = gateway.spec, isWhole = runningPodsOf(keyOf(gateway), cluster) >= replicas;
      const wanted = !stands(gateway, cluster)
        ? "GatewayNotReady"
        : isWhole
        ? "GatewayReady"
        : "GatewayPodsPending";
      if (said?.reason !== wanted || (said.status === "True") !== (wanted === "GatewayReady")) {
        return `${name} says ${said?.status} ${said?.reason} ${said?.message}; it is ${wanted}`;
      }
      if (said.observedGeneration !== gateway.metadata.generation) return `${name} did not look at its spec`;
      if (wanted === "GatewayNotReady") continue;
      const [kind, other]: readonly Kind[] = replicas === 1
        ? [StatefulSet, Deployment]
        : [Deployment, StatefulSet];
      const key = `${GATEWAY_NAMESPACE}/${workloadName(keyOf(gateway))}`;
      const workload = cluster.get(kind!, key) as StatefulSet | undefined;
      if (workload?.spec.replicas !== replicas || gatewayUidOf(workload) !== gateway.metadata.uid) {
        return `${name} has no ${kind!.kind} of ${replicas} pods`;
      }
      const surplus = cluster.get(other!, key);
      if (surplus && gatewayUidOf(surplus) !== undefined) return `${name} has a ${other!.kind} as well`;
    }
  },
};

/** L2. */
const parts: Invariant = {
  id: "L2",
  says: "every part of a gateway has its gateway",
  atRest: ({ cluster }) => {
    const uids = new Set([...cluster.all(VpcNatGateway)].map(({ metadata }) => metadata.uid));
    for (const kind of [StatefulSet, Deployment, ConfigMap]) {
      for (const part of cluster.all(kind as Kind)) {
        const uid = gatewayUidOf(part);
        if (uid !== undefined && !uids.has(uid)) {
          return `${kind.kind} ${keyOf(part)} is left of a gateway that is gone`;
        }
      }
    }
  },
};

/** L4. */
const told: Invariant = {
  id: "L4",
  says: "a gateway that is told its rules was told those that are in force, each in its last version",
  atRest: ({ cluster }) => {
    for (const text of cluster.all(ConfigMap)) {
      const gateway = [...cluster.all(VpcNatGateway)].find(({ metadata }) =>
        metadata.uid === gatewayUidOf(text)
      );
      if (!gateway) continue;
      const inForce = ruleKinds.flatMap((kind): NatRule[] => [...cluster.all(kind)]).filter((rule) =>
        !isDeleting(rule) && cluster.get(IptablesEIP, rule.spec.eip ?? "")?.spec.natGwDp === keyOf(gateway) &&
        !obstacleOf(rule, cluster)
      );
      const said = marksIn(text).join(),
        wanted = inForce.map(({ kind, metadata, spec }) =>
          `${kind} ${metadata.name} ${metadata.generation} with ${spec.eip}`
        ).sort().join();
      if (wanted !== said) return `VpcNatGateway ${keyOf(gateway)} was told ${said}; in force are ${wanted}`;
    }
  },
};

export const nat: readonly Invariant[] = [rules, eips, gateways, parts, told];
