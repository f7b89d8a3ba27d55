/**
 * VpcNatGateways: checked, given a workload, reported on.
 *
 * Order of their end: a gateway stays while EIPs name it, an EIP while rules use it; the workload goes with the gateway, the pods
 * with the workload, their addresses with the pods, and only then can the Subnets go, and the Vpc after them. Nothing in this row
 * waits for anything before it, so whatever order a user deletes them in, all of them go.
 */
import { isObjectName } from "../../crds/object_name.ts";
import { AddressClaim } from "../../crds/address_claim.ts";
import { StatefulSet } from "../../crds/foreign.ts";
import {
  ConfigMap,
  Deployment,
  IMAGE_CONFIG,
  isConfiguration,
  LONGEST_GATEWAY_NAME,
  SWITCH,
  SWITCH_CONFIG,
  workloadName,
} from "../../crds/gateway_parts.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { legalLabels, QOS_LABEL, SUBNET_LABEL, VPC_LABEL } from "../../crds/labels.ts";
import { type NatRule, ruleKinds } from "../../crds/nat_rules.ts";
import { gatewaysIn } from "../../crds/projections.ts";
import { GatewayReason } from "../../crds/reasons.ts";
import { Subnet } from "../../crds/subnet.ts";
import { externalSubnetsOf, VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { quote } from "../../ipam/quote.ts";
import { isDeleting, type Key, keyOf } from "../../reconcile/kind.ts";
import { desired, no, type Plan, type Verdict, wait, want, yes } from "../../reconcile/plan.ts";
import { controller, on, type Table, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { type Obstacle, obstacle } from "../common/obstacle.ts";
import { type Networks, networksOf, type Route, routesOf } from "./networks.ts";
import { lanAddressOf, namespaceOf, runningPods } from "./pods.ts";
import { nodesOf, replicasOf, workloadKind, workloadOf } from "./workload.ts";
import type { GatewayOptions } from "../nat/data_plane.ts";
import { ruleSetOf } from "../nat/rule_set.ts";
import { staysReady } from "../subnet/settled.ts";

export function vpcNatGateway(options: GatewayOptions): Table {
  return controller("vpc-nat-gateway", [
    on(VpcNatGateway, (gateway, view) => reconcile(gateway, view, options), {
      owns: [StatefulSet, Deployment, ...(options.dataPlane.mounts ? [ConfigMap] : [])],
    }), // its EIPs, its parts and its pods wake it by their relations
    wake(VpcNatGateway, Subnet, attachedTo),
    wake(VpcNatGateway, ConfigMap, configuredBy),
    // What its rules are in force with.
    wake(VpcNatGateway, AddressClaim, servedWith),
    ...ruleKinds.map((kind) => wake(VpcNatGateway, kind, servedBy)),
  ]);
}

export function reconcile(gateway: VpcNatGateway, view: View, options: GatewayOptions): Plan {
  if (isDeleting(gateway)) return going(gateway, { view, options });
  const ground = groundOf(gateway, view, options);
  return ground.ok
    ? standing(gateway, ground, { view, options })
    : refused(gateway, ground, { view, options });
}

/** What runs goes on until nobody needs it. */
function going(gateway: VpcNatGateway, around: Around): Plan {
  const message = "it is being deleted; its EIPs have to go first";
  return wait({ reason: "VpcNatGatewayDeleting", message }, [[VpcNatGateway, keyOf(gateway)]], {
    upkeep: rulesKept(gateway, around),
  });
}

/** Its pods run on, so what they are told of rules stays true: an address must not be given on while they serve it. */
function rulesKept(gateway: VpcNatGateway, { view, options: { namespaces, dataPlane } }: Around) {
  const told = view.referrers(ConfigMap, VpcNatGateway, keyOf(gateway));
  const places = new Set(told.map(({ metadata: { namespace = "" } }) => namespace));
  return [...places].filter((namespace) => namespaces.includes(namespace))
    .flatMap((namespace) => dataPlane.parts({ gateway, namespace }, () => ruleSetOf(gateway, view), view))
    .filter(([kind, part]) => view.get(kind, keyOf(part)));
}

interface Ground {
  readonly ok: true;
  readonly networks: Networks;
  readonly routes: readonly Route[];
  readonly nodes: Readonly<Record<string, string>>;
  readonly image: string;
}

interface Around {
  readonly view: View;
  readonly options: GatewayOptions;
}

function groundOf(gateway: VpcNatGateway, view: View, options: GatewayOptions): Ground | Obstacle {
  const name = nameProblem(gateway, options) ?? switchedOff(view, options);
  if (name) return name;
  const networks = networksOf(gateway, view);
  if (!networks.ok) return networks;
  const routes = routesOf(gateway), nodes = nodesOf(gateway), image = imageOf(view, options);
  if (!routes.ok) return routes;
  if (!nodes.ok) return nodes;
  return image.ok ? { ...routes, ...nodes, ...image, networks } : image;
}

function nameProblem(gateway: VpcNatGateway, options: GatewayOptions): Obstacle | undefined {
  const { name } = gateway.metadata, namespace = namespaceOf(gateway, options);
  if (name.length > LONGEST_GATEWAY_NAME) {
    const message = `has ${name.length} characters, more than ${LONGEST_GATEWAY_NAME}; choose a shorter name`;
    return obstacle("metadata.name", message);
  }
  if (options.namespaces.includes(namespace)) return undefined;
  const shown = isObjectName(namespace) ? namespace : quote(namespace);
  const message = `gateways run in ${options.namespaces.join(", ")} only; name one of those, ` +
    `or add ${shown} to --nat-gateway-namespaces and grant the operator its workloads there`;
  return obstacle("spec.namespace", message);
}

function switchedOff(view: View, { namespaces: [namespace] }: GatewayOptions): Obstacle | undefined {
  const key = `${namespace}/${SWITCH_CONFIG}`;
  if (view.get(ConfigMap, key)?.data?.[SWITCH] === "true") return undefined;
  const message = `NAT gateways are not enabled; set data.${SWITCH} to "true"`;
  return obstacle(`ConfigMap ${key}`, message, [[ConfigMap, key]]);
}

function imageOf(
  view: View,
  { namespaces: [namespace] }: GatewayOptions,
): { ok: true; image: string } | Obstacle {
  const key = `${namespace}/${IMAGE_CONFIG}`, image = view.get(ConfigMap, key)?.data?.image;
  if (image) return { ok: true, image };
  const message = "no image is named; set data.image to that of the gateways";
  return obstacle(`ConfigMap ${key}`, message, [[ConfigMap, key]]);
}

/** Its workload stays as it is. */
function refused(
  gateway: VpcNatGateway,
  { message, until, passing = false }: Obstacle,
  around: Around,
): Plan {
  const why = { reason: GatewayReason.GatewayNotReady, message };
  const { ready, lanIp } = pods(gateway, around);
  return wait(why, [[VpcNatGateway, keyOf(gateway)], ...until], {
    quiet: passing,
    upkeep: rulesKept(gateway, around),
    status: passing ? {} : { ready, ...(lanIp ? { lanIp } : {}) },
  });
}

function standing(gateway: VpcNatGateway, ground: Ground, around: Around): Plan {
  const { spec, metadata: { name } } = gateway, { options, view } = around;
  const place = { gateway, namespace: namespaceOf(gateway, options) };
  const running = pods(gateway, around), kind = workloadKind(gateway);
  const labelled = legalLabels({
    [SUBNET_LABEL]: spec.subnet,
    [VPC_LABEL]: spec.vpc,
    [QOS_LABEL]: spec.qosPolicy,
  });
  return desired({
    apply: [
      want(VpcNatGateway, { metadata: { name, ...labelled } }),
      workloadOf({ ...place, ...ground, dataPlane: options.dataPlane }),
      ...options.dataPlane.parts(place, () => ruleSetOf(gateway, view), view),
    ],
    conditions: { Ready: verdict(gateway, running) },
    status: {
      ready: running.ready,
      replicas: replicasOf(gateway),
      lanIp: running.lanIp || spec.lanIp || "",
      externalSubnets: externalSubnetsOf(gateway),
      internalSubnets: spec.internalSubnets ?? [],
      internalCIDRs: spec.internalCIDRs ?? [],
      selector: spec.selector ?? [],
      qosPolicy: spec.qosPolicy ?? "",
      ...(spec.tolerations ? { tolerations: spec.tolerations } : {}),
      ...(spec.affinity ? { affinity: spec.affinity } : {}),
      workload: {
        apiVersion: kind.apiVersion,
        kind: kind.kind,
        name: workloadName(name),
        nodes: running.nodes,
      },
    },
  });
}

interface Running {
  readonly count: number;
  readonly ready: boolean;
  readonly lanIp: string;
  readonly nodes: readonly string[];
}

function pods(gateway: VpcNatGateway, { view, options }: Around): Running {
  const running = runningPods(gateway, view, options);
  return {
    count: running.length,
    ready: running.length >= replicasOf(gateway),
    lanIp: running.flatMap((pod) => lanAddressOf(pod) ?? []).join(","),
    nodes: [...new Set(running.flatMap(({ spec }) => spec.nodeName ?? []))].sort(),
  };
}

function verdict(gateway: VpcNatGateway, { count, ready }: Running): Verdict {
  const replicas = replicasOf(gateway), unused = gateway.spec.lanIp && replicas > 1;
  if (!ready) return no(GatewayReason.GatewayPodsPending, `${count} of ${replicas} pods run`);
  return yes(GatewayReason.GatewayReady, unused ? `spec.lanIp is not used with ${replicas} replicas` : "");
}

/** Whether a Subnet is usable it says itself; its counters concern nobody. */
function attachedTo(subnet: Subnet, view: View): Iterable<Key> {
  return staysReady(subnet, view) ? [] : view.project(gatewaysIn, keyOf(subnet)).keys();
}

function servedWith({ spec: { holder } }: AddressClaim, view: View): Iterable<Key | undefined> {
  return holder.kind === IptablesEIP.kind
    ? [view.get(IptablesEIP, holder.name)?.spec.natGwDp || undefined]
    : [];
}

function servedBy({ spec }: NatRule, view: View): Iterable<Key | undefined> {
  return [view.get(IptablesEIP, spec.eip || undefined)?.spec.natGwDp || undefined];
}

function* configuredBy(configuration: ConfigMap, view: View): Iterable<Key> {
  if (!isConfiguration(configuration)) return;
  for (const gateway of view.list(VpcNatGateway)) yield keyOf(gateway);
}
