/** A cluster that Kube-OVN served until now: everybody keeps what they were told, before anybody new gets anything. */
import { assertEquals } from "@std/assert";
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP, nodeRecordName, recordName } from "../../crds/ip.ts";
import { FINALIZER, IP_RESERVED_LABEL, OLD_FINALIZER } from "../../crds/labels.ts";
import { publishedBy } from "../../crds/published.ts";
import { ownerUidOf } from "../../crds/record.ts";
import type { Json } from "../../kube/api.ts";
import { eventually } from "../control_plane/eventually.ts";
import { deployment, ovn, pod, subnet } from "./manifests.ts";
import type { Scene } from "./scene.ts";
import { withCluster } from "./with_cluster.ts";

const test = withCluster({ operator: false, nodes: 2 });

const BLOCK = "10.16.0.0/16";

test("a cluster that Kube-OVN served goes on with its addresses, and its records are relieved of their finalizers", async (scene) => {
  const namespace = await scene.namespace("old"), key = (name: string) => `${namespace}/${name}`;
  await networks(scene);
  await nodes(scene);
  const plain = Array.from({ length: 20 }, (_, i) => `plain-${i}`);
  await scene.create(
    // Just as they were left: a record with finalizer and labels, and a pod that runs.
    ...plain.flatMap((
      name,
      i,
    ) => [told(key(name), `10.16.0.${10 + i}`), record(key(name), `10.16.0.${10 + i}`)]),
    // The pod was told, and no record is there.
    told(key("unrecorded"), "10.16.0.40"),
    // The record was made for an earlier pod of that name, and says another address.
    told(key("differing"), "10.16.0.50"),
    record(key("differing"), "10.16.0.51"),
    // Nobody is left whom it serves.
    record(key("stale"), "10.16.0.60"),
    // A user's, for a pod to come.
    record(key("reserved"), "10.16.0.70", { [IP_RESERVED_LABEL]: "true" }),
    // Two were told the same address, as Kube-OVN #4304 has it.
    told(key("rival-1"), "10.16.0.80"),
    told(key("rival-2"), "10.16.0.80"),
    // Finished: what it shows is anybody's.
    told(key("finished"), "10.16.0.2"),
    // Was not told before the controller stopped.
    pod(key("waiting")),
  );
  await eventually("a pod runs that is to finish", () => isRunning(scene, key("finished")));
  await finish(scene, key("finished"));
  const served = [...plain, "unrecorded", "differing"];
  await eventually("all pods run that were told", () => served.every((name) => isRunning(scene, key(name))));
  const before = new Map(served.map((name) => [name, publishedBy(scene.get(Pod, key(name)))]));

  await scene.cluster.replica("cadastre").start();
  await eventually("every pod that was told has its address claimed by its record", () => {
    for (const name of served) {
      const owner = scene.get(Pod, key(name)), ip = scene.get(IP, recordName({ name, namespace }));
      assertEquals(publishedBy(owner), before.get(name)!, name);
      assertEquals(ownerUidOf(ip), owner.metadata.uid, name);
      assertEquals(ip.spec.v4IpAddress, before.get(name)![0]!.address, name);
      const claim = scene.get(AddressClaim, claimName("ovn-default", before.get(name)![0]!.address));
      assertEquals(claim.spec.holder.uid, ip.metadata.uid, name);
    }
  });
  await eventually("records have no finalizers, and the stale one is gone", () => {
    const held = scene.cluster.journal.of(IP).filter(({ metadata }) => metadata.finalizers?.length);
    assertEquals(held.map(({ metadata }) => metadata.name), []);
    assertEquals(scene.cluster.journal.get(IP, recordName({ name: "stale", namespace })), undefined);
  });
  await eventually("nodes and the reservation keep theirs", () => {
    for (const [i, node] of scene.cluster.journal.of(Node).entries()) {
      assertEquals(publishedBy(node)[0]!.address, `100.64.0.${i + 5}`);
      const ip = scene.get(IP, nodeRecordName(node.metadata.name));
      assertEquals([ownerUidOf(ip), ip.spec.v4IpAddress], [node.metadata.uid, `100.64.0.${i + 5}`]);
    }
    const reserved = scene.get(IP, recordName({ name: "reserved", namespace }));
    assertEquals(scene.get(AddressClaim, "ovn-default.10.16.0.70").spec.holder.uid, reserved.metadata.uid);
  });

  const [one, two] = ["rival-1", "rival-2"].map((name) => scene.get(Pod, key(name))) as [Pod, Pod];
  const holder = await eventually(
    "one of the two rivals has it",
    () => scene.get(AddressClaim, "ovn-default.10.16.0.80").spec.holder,
  );
  const loser = holder.name.startsWith("rival-1.") ? two : one;
  await scene.said(loser, "AddressConflict: 10.16.0.80 is ");
  await scene.remove(Pod, key(loser.metadata.name));
  await eventually(
    "the other rival is gone",
    () => !scene.cluster.journal.get(Pod, key(loser.metadata.name)),
  );
  scene.forgive();

  await scene.create(deployment(key("new"), 80), pod(key("reserved")));
  await eventually("every pod has an address but the finished one", () => {
    const others = scene.podsOf(namespace).filter(({ status }) => status?.phase !== "Running");
    assertEquals(others.map(({ metadata }) => metadata.name), ["finished"]);
    assertEquals(scene.podsOf(namespace).length, 80 + served.length + 4);
  });
  const all = scene.podsOf(namespace).filter(({ status }) => status?.phase === "Running");
  const addresses = all.flatMap((each) => publishedBy(each).map((p) => p.address));
  assertEquals(new Set(addresses).size, all.length);
  assertEquals(publishedBy(scene.get(Pod, key("reserved")))[0]!.address, "10.16.0.70");
  await scene.verify();
  await scene.silent(() => {});
});

/** As Kube-OVN 1.13 leaves them. */
async function networks(scene: Scene): Promise<void> {
  const finalizers = [OLD_FINALIZER];
  const left = (body: Json, spec: Json) => ({ ...body, metadata: { ...body.metadata, finalizers }, spec });
  const common = {
    provider: "ovn",
    vpc: "ovn-cluster",
    protocol: "IPv4",
    gatewayType: "distributed",
    enableLb: true,
  };
  const cluster = { apiVersion: "kubeovn.io/v1", kind: "Vpc", metadata: { name: "ovn-cluster" } };
  await scene.create(
    left(cluster, {}),
    left(subnet("ovn-default", {}), {
      ...common,
      cidrBlock: BLOCK,
      gateway: "10.16.0.1",
      excludeIps: ["10.16.0.1"],
      default: true,
      natOutgoing: true,
    }),
    left(subnet("join", {}), {
      ...common,
      cidrBlock: "100.64.0.0/16",
      gateway: "100.64.0.1",
      excludeIps: ["100.64.0.1"],
    }),
  );
}

async function nodes(scene: Scene): Promise<void> {
  const all = await eventually("both nodes are seen", () => {
    const seen = scene.cluster.journal.of(Node);
    return seen.length === 2 && seen;
  });
  for (const [i, { metadata: { name } }] of all.entries()) {
    const address = `100.64.0.${i + 5}`, mac = `00:00:00:aa:00:0${i}`;
    const shown = { cidr: "100.64.0.0/16", gateway: "100.64.0.1", port_name: nodeRecordName(name) };
    const annotations = ovn({ ...shown, ...outputs(address, mac), logical_switch: "join" });
    await scene.merge(Node, name, { metadata: { annotations } });
    const spec = {
      podName: name,
      namespace: "",
      subnet: "join",
      nodeName: name,
      ...addressing(address, mac),
    };
    await scene.create(ipOf(nodeRecordName(name), spec));
  }
}

/** A pod with the annotations that Kube-OVN gave it. */
function told(key: string, address: string): Json {
  const shown = {
    cidr: BLOCK,
    gateway: "10.16.0.1",
    logical_switch: "ovn-default",
    pod_nic_type: "veth-pair",
  };
  return pod(
    key,
    ovn({ ...shown, ...outputs(address, macOf(address)), logical_router: "ovn-cluster", routed: "true" }),
  );
}

function record(key: string, address: string, labels: Json = {}): Json {
  const [namespace, podName] = key.split("/") as [string, string];
  const spec = {
    podName,
    namespace,
    subnet: "ovn-default",
    nodeName: "node-1",
    ...addressing(address, macOf(address)),
  };
  return ipOf(recordName({ name: podName, namespace }), spec, labels);
}

function ipOf(name: string, spec: Json, labels: Json = {}): Json {
  const { subnet } = spec,
    standard = { [IP_RESERVED_LABEL]: "false", "ovn.kubernetes.io/subnet": subnet, [subnet]: "" };
  const metadata = { name, finalizers: [FINALIZER], labels: { ...standard, ...labels } };
  return { apiVersion: "kubeovn.io/v1", kind: "IP", metadata, spec };
}

const outputs = (address: string, mac: string) => ({
  allocated: "true",
  ip_address: address,
  mac_address: mac,
});

const addressing = (address: string, macAddress: string) => ({
  ipAddress: address,
  v4IpAddress: address,
  v6IpAddress: "",
  macAddress,
  attachIps: [],
  attachMacs: [],
  attachSubnets: [],
  containerID: "",
  podType: "",
});

const macOf = (address: string): string =>
  `00:00:00:${address.split(".").slice(1).map((n) => Number(n).toString(16).padStart(2, "0")).join(":")}`;

const isRunning = ({ cluster: { journal } }: Scene, key: string): boolean =>
  journal.get(Pod, key)?.status?.phase === "Running";

async function finish(scene: Scene, key: string): Promise<void> {
  const body = { status: { phase: "Succeeded" } };
  const { message, outcome } = await scene.cluster.client.send({
    verb: "merge",
    resource: Pod,
    key,
    subresource: "status",
    body,
    manager: "kubelet",
  });
  assertEquals(outcome, "ok", message);
}
