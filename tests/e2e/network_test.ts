/** Nodes, namespaces, and what people see and break with kubectl. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { Namespace, Node } from "../../crds/foreign.ts";
import { IP, nodeRecordName, recordName } from "../../crds/ip.ts";
import { publishedBy } from "../../crds/published.ts";
import { Subnet } from "../../crds/subnet.ts";
import { compareVersions, keyOf } from "../../reconcile/kind.ts";
import { eventually } from "../control_plane/eventually.ts";
import type { Kubectl } from "../control_plane/kubectl.ts";
import { isReady } from "./invariants.ts";
import type { Journal } from "./journal.ts";
import { deployment, pod, subnet } from "./manifests.ts";
import { withCluster } from "./with_cluster.ts";

const test = withCluster({ nodes: 5 });

test("every node has an address of the join Subnet, and gives it back when it goes", async (scene) => {
  const { journal } = scene.cluster;
  const nodes = await eventually("five nodes have addresses", () => {
    const told = journal.of(Node).filter((node) => publishedBy(node).length > 0);
    return told.length === 5 && told;
  });
  const addresses = nodes.map((node) => publishedBy(node)[0]!);
  for (const { subnet, address } of addresses) {
    assertEquals(subnet, "join");
    assertMatch(address, /^100\.64\.0\.\d+$/);
  }
  assertEquals(new Set(addresses.map(({ address }) => address)).size, 5);
  assertEquals(
    nodes[0]!.metadata.annotations?.["ovn.kubernetes.io/port_name"],
    nodeRecordName(keyOf(nodes[0]!)),
  );

  const key = keyOf(nodes[4]!);
  await scene.remove(Node, key);
  await eventually("its record is gone", () => assertEquals(journal.get(IP, nodeRecordName(key)), undefined));
});

test("namespaces carry their Subnet, and counters are filled in, before it turns Ready", async (scene) => {
  const labels = { team: "blue" };
  const named = await Promise.all(Array.from({ length: 15 }, () => scene.namespace("named")));
  const selected = await Promise.all(Array.from({ length: 15 }, () => scene.namespace("chosen", { labels })));
  // Of a namespace that comes later it says nothing.
  await eventually("the default Subnet serves all thirty", () => {
    for (const key of [...named, ...selected]) {
      assertEquals(bindingOf(scene.get(Namespace, key)), "ovn-default");
    }
  });
  const spec = {
    cidrBlock: "10.40.0.0/24",
    namespaces: named,
    namespaceSelectors: [{ matchLabels: labels }],
  };
  await scene.create(subnet("bound", spec));
  await scene.ready("bound");
  const { commits } = scene.cluster.journal;
  await eventually("all thirty are told", () => {
    for (const key of [...named, ...selected]) assertEquals(bindingOf(scene.get(Namespace, key)), "bound");
  });
  const turned = commits.find(({ key, object }) => key === "bound" && object && isReady(object as Subnet))!;
  assertEquals((turned.object as Subnet).status?.v4availableIPs, 253);
  assertEquals((turned.object as Subnet).status?.v4usingIPs, 0);
  const then = namespacesAt(scene.cluster.journal, turned.version);
  for (const key of [...named, ...selected]) assertEquals(bindingOf(then.get(key)), "bound", key);

  await scene.merge(Namespace, selected[0]!, { metadata: { labels: { team: "red" } } });
  await scene.merge(Namespace, named[0]!, {
    metadata: { annotations: { "ovn.kubernetes.io/cidr": "edited" } },
  });
  await eventually("one goes back to the default Subnet, the other is corrected", () => {
    assertEquals(bindingOf(scene.get(Namespace, selected[0]!)), "ovn-default");
    const { annotations } = scene.get(Namespace, named[0]!).metadata;
    assertEquals(annotations?.["ovn.kubernetes.io/cidr"], "10.40.0.0/24");
  });
});

test("kubectl shows Subnets, IPs and claims in the columns of Kube-OVN", async (scene) => {
  const { kubectl } = scene.cluster, namespace = await scene.namespace("columns");
  await scene.create(subnet("columns", { cidrBlock: "10.41.0.0/24,fd41::/120", namespaces: [namespace] }));
  await scene.ready("columns");
  await scene.create(pod(`${namespace}/web`));
  const [web] = await scene.running(namespace, 1), { annotations = {} } = web!.metadata;
  const [v4, v6] = publishedBy(web!).map(({ address }) => address);
  await eventually("the counters are shown", async () => {
    const row = await rowOf(kubectl, ["get", "subnet", "columns"]);
    const { PROVIDER, VPC, PROTOCOL, CIDR, V4USED, V4AVAILABLE, V6USED, V6AVAILABLE, EXCLUDEIPS } = row;
    assertEquals([PROVIDER, VPC, PROTOCOL, CIDR], ["ovn", "ovn-cluster", "Dual", "10.41.0.0/24,fd41::/120"]);
    assertEquals([V4USED, V4AVAILABLE, V6USED, V6AVAILABLE], ["1", "252", "1", "252"]);
    assertEquals(EXCLUDEIPS, '["10.41.0.1","fd41::1"]');
  });
  const record = recordName({ name: "web", namespace });
  await eventually("the record is shown", async () => {
    const { V4IP, V6IP, MAC, NODE, SUBNET } = await rowOf(kubectl, ["get", "ips", record]);
    const { macAddress, nodeName = "" } = scene.get(IP, record).spec;
    assertEquals([V4IP, V6IP, SUBNET, MAC, NODE], [v4, v6, "columns", macAddress, nodeName]);
    assertEquals(MAC, annotations["ovn.kubernetes.io/mac_address"]);
  });
  const claim = await rowOf(kubectl, ["get", "claim", claimName("columns", v6!)]);
  assertEquals([claim.SUBNET, claim.ADDRESS, claim.KIND, claim.HOLDER], [
    "columns",
    v6,
    "IP",
    `web.${namespace}`,
  ]);
  await eventually("the Vpc shows its default Subnet", async () => {
    const vpc = await rowOf(kubectl, ["get", "vpc", "ovn-cluster"]);
    assertEquals([vpc.STANDBY, vpc.DEFAULTSUBNET], ["true", "ovn-default"]);
  });
  await eventually("kubectl describe shows the Event", async () => {
    assertMatch(await kubectl(["describe", "pod", "web", "-n", namespace]), /PodNetworkAllocated/);
  });
});

test("records and claims that somebody deletes come back as they were", async (scene) => {
  const namespace = await scene.namespace("hand");
  await scene.create(deployment(`${namespace}/web`, 6));
  const pods = await scene.running(namespace, 6);
  const records = pods.map(({ metadata: { name } }) => recordName({ name, namespace }));
  const claims = pods.map((each) => claimName("ovn-default", publishedBy(each)[0]!.address));
  const before: string[] = [];
  for (const name of records) before.push((await scene.seen(IP, name)).metadata.uid);
  await Promise.all([
    ...[0, 1, 4, 5].map((i) => scene.remove(IP, records[i]!)),
    ...[2, 3, 4, 5].map((i) => scene.remove(AddressClaim, claims[i]!, scene.cluster.emergency)),
  ]);
  scene.touched.push(...records);
  await eventually("all are there again", () => {
    for (const [i, name] of records.entries()) {
      const record = scene.get(IP, name), claim = scene.get(AddressClaim, claims[i]!);
      assertEquals(claim.spec.holder.uid, record.metadata.uid, name);
      assertEquals(record.spec.v4IpAddress, publishedBy(pods[i]!)[0]!.address);
      const isAnother = [0, 1, 4, 5].includes(i);
      assert((record.metadata.uid !== before[i]) === isAnother, name);
    }
  });
  const now = scene.podsOf(namespace).map((each) => publishedBy(each)[0]!.address);
  assertEquals(now.toSorted(), pods.map((each) => publishedBy(each)[0]!.address).toSorted());
});

/** Header → cell of the only object shown. Cells are where their header is: some are empty. */
async function rowOf(kubectl: Kubectl, args: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const [header = "", line = ""] = (await kubectl(args)).split("\n");
  const starts = [...header.matchAll(/\S+/g)].map(({ 0: name, index }) => ({ name, index }));
  return Object.fromEntries(
    starts.map(({ name, index }, i) => [name, line.slice(index, starts[i + 1]?.index).trim()]),
  );
}

const bindingOf = (namespace: Namespace | undefined): string | undefined =>
  namespace?.metadata.annotations?.["ovn.kubernetes.io/logical_switch"];

/** As they were when this version was committed. */
function namespacesAt({ commits }: Journal, version: string): ReadonlyMap<string, Namespace> {
  const then = new Map<string, Namespace>();
  const before = commits.filter((commit) => compareVersions(commit.version, version) <= 0);
  for (const { kind, key, object } of before) {
    if (kind.kind === Namespace.kind && object) then.set(key, object);
  }
  return then;
}
