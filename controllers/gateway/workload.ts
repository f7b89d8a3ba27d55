/** The workload of a gateway: a StatefulSet of one pod, or a Deployment of several. */
import { NETWORKS, OVN, podKey, ROUTES, VPC_NAT_GW } from "../../crds/annotations.ts";
import { StatefulSet } from "../../crds/foreign.ts";
import { Deployment, workloadName } from "../../crds/gateway_parts.ts";
import { GATEWAY_LABEL } from "../../crds/labels.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { quote } from "../../ipam/quote.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { type Entry, type Intent, want } from "../../reconcile/plan.ts";
import type { Networks, Route } from "./networks.ts";
import { type Obstacle, obstacle } from "../common/obstacle.ts";
import { type GatewayPlace, type NatDataPlane, RULES_PATH } from "../nat/data_plane.ts";

export interface WorkloadParts extends GatewayPlace {
  readonly networks: Networks;
  readonly routes: readonly Route[];
  readonly nodes: Readonly<Record<string, string>>;
  readonly image: string;
  readonly dataPlane: NatDataPlane;
}

export const replicasOf = ({ spec }: VpcNatGateway): number => spec.replicas ?? 1;
export const workloadKind = (gateway: VpcNatGateway) => replicasOf(gateway) === 1 ? StatefulSet : Deployment;

/** The gateway holds its parts by an owner reference, so that Kubernetes removes them too while the operator is away. */
export function partMetadata({ gateway, namespace }: GatewayPlace, name: string): Intent["metadata"] {
  const { apiVersion, kind, metadata: { name: owner, uid } } = gateway;
  return {
    name,
    namespace,
    labels: labelsOf(gateway),
    ownerReferences: [{ apiVersion, kind, name: owner, uid, controller: true }],
  };
}

function labelsOf(gateway: VpcNatGateway): Record<string, string> {
  return { app: workloadName(keyOf(gateway)), [GATEWAY_LABEL]: "true" };
}

export function workloadOf(parts: WorkloadParts): Entry {
  const { gateway } = parts, labels = labelsOf(gateway);
  return want(workloadKind(gateway), {
    metadata: partMetadata(parts, workloadName(keyOf(gateway))),
    spec: {
      replicas: replicasOf(gateway),
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: annotationsOf(parts) }, spec: podSpec(parts) },
    },
  } as Intent);
}

/** Ours win over the user's: they are what the gateway stands on. */
function annotationsOf({ gateway, networks, routes }: WorkloadParts): Record<string, string> {
  const { spec } = gateway;
  const external = networks.external.map(({ subnet, provider }) => ({
    [podKey(provider, "logical_switch")]: keyOf(subnet),
    ...(spec.noDefaultEIP ? { [podKey(provider, "allocated")]: "true" } : {}),
  }));
  return {
    ...spec.annotations,
    ...Object.assign({}, ...external),
    [VPC_NAT_GW]: keyOf(gateway),
    [NETWORKS]: networks.external.map(({ namespace, name }) => `${namespace}/${name}`).join(","),
    [podKey(OVN, "logical_switch")]: keyOf(networks.subnet),
    ...(spec.lanIp && replicasOf(gateway) === 1 ? { [podKey(OVN, "ip_address")]: spec.lanIp } : {}),
    ...(routes.length > 0 ? { [ROUTES]: JSON.stringify(routes) } : {}),
  };
}

/** What Kube-OVN's image needs: it programs the kernel of its pod's network namespace, forwarding included. */
function podSpec({ gateway, nodes, image, dataPlane }: WorkloadParts): object {
  const { tolerations, affinity } = gateway.spec, rules = dataPlane.mounts?.(keyOf(gateway));
  return {
    automountServiceAccountToken: false,
    // There is nothing to finish, and the next one takes its addresses.
    terminationGracePeriodSeconds: 1,
    ...(Object.keys(nodes).length > 0 ? { nodeSelector: nodes } : {}),
    ...withoutEmpty({ tolerations, affinity }) as object,
    containers: [{
      name: "vpc-nat-gw",
      image,
      command: ["sleep", "infinity"],
      securityContext: { privileged: true, allowPrivilegeEscalation: true },
      ...(rules ? { volumeMounts: [{ name: "nat", mountPath: RULES_PATH, readOnly: true }] } : {}),
    }],
    ...(rules ? { volumes: [{ name: "nat", configMap: { name: rules, optional: true } }] } : {}),
  };
}

/** As the API server keeps it: it drops empty texts and lists, and what it drops would differ for ever. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) =>
    inner !== undefined && inner !== null && inner !== "" && !(Array.isArray(inner) && inner.length === 0)
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutEmpty(inner)]));
}

/** `spec.selector`: labels of nodes, as `kubernetes.io/hostname: n1`. */
export function nodesOf(
  { spec }: VpcNatGateway,
): { readonly ok: true; readonly nodes: Readonly<Record<string, string>> } | Obstacle {
  const nodes = new Map<string, string>();
  for (const [i, text] of (spec.selector ?? []).entries()) {
    const colon = text.indexOf(":"), key = text.slice(0, Math.max(colon, 0)).trim();
    if (key === "") {
      const message = `${quote(text)} is no label of a node; write it as key: value`;
      return obstacle(`spec.selector[${i}]`, message);
    }
    nodes.set(key, text.slice(colon + 1).trim());
  }
  return { ok: true, nodes: Object.fromEntries(nodes) };
}
