/**
 * The generated roles against the API server's audit log of a life of every kind: nothing is missing, nothing is unused.
 *
 * Reading counts as one right: a kind is watched or listed, as the API server can, and read live where something hangs on it. Kinds
 * that the cluster does not serve (KubeVirt, OpenKruise, Multus) count by the attempt to watch them.
 */
import { assertEquals } from "@std/assert";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP, recordName } from "../../crds/ip.ts";
import { kinds } from "../../crds/mod.ts";
import type { Json } from "../../kube/api.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { rolesOf } from "../../tools/rbac.ts";
import { right, rightsUsed } from "./audit.ts";
import { eventually } from "../control_plane/eventually.ts";
import { deployment, DEPLOYMENTS, ovn, pod, subnet } from "./manifests.ts";
import { withCluster } from "./with_cluster.ts";

const test = withCluster({ operator: false, nodes: 2 });

/** One of every kind that a user creates, each to be served, and deleted in this order. */
const OBJECTS: readonly Json[] = [
  kubeovn("IptablesFIPRule", "fip", { eip: "fip", internalIp: "10.70.0.9" }),
  kubeovn("IptablesDnatRule", "dnat", {
    ...{ eip: "eip", externalPort: "80", protocol: "tcp", internalIp: "10.70.0.9", internalPort: "8080" },
  }),
  kubeovn("IptablesSnatRule", "snat", { eip: "eip", internalCIDR: "10.70.0.0/24" }),
  kubeovn("IptablesEIP", "fip", { externalSubnet: "outside", natGwDp: "gateway" }),
  kubeovn("IptablesEIP", "eip", { externalSubnet: "outside", natGwDp: "gateway" }),
  kubeovn("VpcNatGateway", "gateway", { vpc: "vpc", subnet: "net", externalSubnets: ["outside"] }),
  kubeovn("VpcNatGateway", "pair", { vpc: "vpc", subnet: "net", externalSubnets: ["outside"], replicas: 2 }),
  kubeovn("Vip", "floating", { subnet: "net" }),
  kubeovn("OvnEip", "uplink", { externalSubnet: "net", type: "nat" }),
  kubeovn("IPPool", "pool", { subnet: "net", ips: ["10.70.0.50..10.70.0.60"] }),
  kubeovn("Subnet", "outside", { cidrBlock: "192.168.70.0/28", provider: "outside.kube-system" }),
  kubeovn("Subnet", "net", { cidrBlock: "10.70.0.0/24", vpc: "vpc" }),
  kubeovn("Vpc", "vpc", {}),
];

test("the operator asks for everything that its roles grant, and for nothing else", async (scene) => {
  const { cluster } = scene, { journal } = cluster;
  await scene.create(
    configuration("ovn-vpc-nat-config", { image: "nat:1" }),
    configuration("ovn-vpc-nat-gw-config", { "enable-vpc-nat-gw": "true" }),
  );
  const operator = cluster.replica("operator", []);
  await operator.start();
  const namespace = await scene.namespace("roles"), fails = `${await scene.namespace("fails")}/fails`;
  await scene.create(
    ...OBJECTS.toReversed(),
    subnet("own", { cidrBlock: "10.71.0.0/24", namespaces: [namespace] }),
    kubeovn("IP", recordName({ name: "later", namespace }), {
      subnet: "own",
      podName: "later",
      namespace,
      v4IpAddress: "10.71.0.9",
    }),
  );
  await scene.ready("own");
  await scene.ready("net");
  await scene.create(
    deployment(`${namespace}/web`, 3),
    pod(`${namespace}/later`),
    pod(fails, ovn({ ip_address: "1.2.3.4" })),
  );
  const [web] = (await scene.running(namespace, 4)).filter(({ metadata }) => metadata.name !== "later");
  await scene.said(await scene.seen(Pod, fails), "AddressOutOfRange");
  // A record that somebody deleted comes back, and its claim is handed over; what was said before a restart is said again.
  scene.touched.push(recordName({ name: web!.metadata.name, namespace }));
  const { uid } = (await scene.seen(IP, scene.touched[0]!)).metadata;
  await scene.remove(IP, scene.touched[0]!);
  await eventually("its record is back", () => scene.get(IP, scene.touched[0]!).metadata.uid !== uid);
  await operator.stop();
  await operator.start();
  for (const kind of kinds.filter(({ ours }) => ours)) {
    const waiting = () =>
      journal.of(kind).filter((each) =>
        OBJECTS.some((o) => o.kind === kind.kind && keyOf(o as never) === keyOf(each))
      );
    await eventually(
      `our finalizer is on every ${kind.kind} that needs it`,
      () => waiting().every(({ metadata }) => kind.kind === "IPPool" || metadata.finalizers?.length === 1),
    );
  }
  await eventually(
    "Events were counted up",
    async () => (await rightsUsed(cluster.plane.auditLog)).allowed.has("patch events"),
  );
  await scene.remove(DEPLOYMENTS, `${namespace}/web`);
  await scene.remove(Pod, `${namespace}/later`);
  for (const { kind, metadata } of OBJECTS) {
    await scene.remove(kinds.find((each) => each.kind === kind)!, metadata.name);
  }
  await scene.remove(Node, journal.of(Node)[0]!.metadata.name);
  await eventually(
    "only the reservation is left",
    () => journal.of(IP).filter(({ spec }) => spec.subnet === "own").length === 1,
  );
  for (const { kind: name, metadata } of OBJECTS) {
    const kind = kinds.find((each) => each.kind === name)!;
    await eventually(
      `${name} ${metadata.name} is gone`,
      () => journal.get(kind, metadata.name) === undefined,
    );
  }
  await scene.verify();

  const granted = rightsGranted();
  // What was answered is in the log a moment later.
  await eventually("every right that is granted was used", async () => {
    const { allowed } = await rightsUsed(cluster.plane.auditLog);
    assertEquals([...granted].filter((right) => !allowed.has(right)).sort(), [], "unused");
  });
  assertEquals([...(await rightsUsed(cluster.plane.auditLog)).denied].sort(), [], "missing");
});

function kubeovn(kind: string, name: string, spec: object): Json {
  return { apiVersion: "kubeovn.io/v1", kind, metadata: { name }, spec };
}

function configuration(name: string, data: object): Json {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "kube-system" }, data };
}

function rightsGranted(): ReadonlySet<string> {
  const { cluster, own } = rolesOf(), rules = [...cluster, ...own];
  return new Set(
    rules.flatMap(({ verbs, resources }) => resources.flatMap((r) => verbs.map((verb) => right(verb, r)))),
  );
}
