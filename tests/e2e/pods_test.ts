/** What pods get, keep and give back, on a cluster with nothing wrong with it. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IP, recordName } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { eventually } from "../control_plane/eventually.ts";
import { deployment, DEPLOYMENTS, ovn, pod, subnet } from "./manifests.ts";
import { seconds } from "./scene.ts";
import { withCluster } from "./with_cluster.ts";

const test = withCluster();

test("a Deployment of 200 pods gets 200 addresses, rolls, is deleted, and the register is empty", async (scene) => {
  const namespace = await scene.namespace("web"), began = performance.now();
  await scene.create(subnet("big", { cidrBlock: "10.30.0.0/22", namespaces: [namespace] }));
  const before = (await scene.ready("big")).status!;
  await scene.create(deployment(`${namespace}/web`, 200));
  const first = await scene.running(namespace, 200);
  assertEquals(new Set(first.flatMap(addressesOf)).size, 200);
  console.log(`200 pods run after ${seconds(began)}`);

  const rolled = performance.now();
  await scene.merge(DEPLOYMENTS, `${namespace}/web`, {
    spec: { template: { metadata: { labels: { v: "2" } } } },
  });
  const second = await eventually("200 pods of the new template run, and no other", () => {
    const pods = scene.podsOf(namespace);
    return pods.length === 200 && pods.every(isNew) && pods;
  });
  assertEquals(new Set(second.flatMap(addressesOf)).size, 200);
  await eventually("200 addresses are counted", () => {
    assertEquals(countersOf(scene.get(Subnet, "big")).v4usingIPs, 200);
  });
  console.log(`200 pods rolled in ${seconds(rolled)}`);

  const deleted = performance.now();
  await scene.remove(DEPLOYMENTS, `${namespace}/web`);
  await scene.emptied("big");
  await eventually("no pod is left", () => assertEquals(scene.podsOf(namespace), []));
  await eventually("the counters are what they were", () => {
    assertEquals(countersOf(scene.get(Subnet, "big")), countersOf({ status: before }));
  });
  console.log(`200 pods gone after ${seconds(deleted)}`);
});

test("pods of a dual-stack Subnet get an address of each family, or of the one they ask for", async (scene) => {
  const namespace = await scene.namespace("dual");
  await scene.create(subnet("dual", { cidrBlock: "10.31.0.0/24,fd31::/112", namespaces: [namespace] }));
  await scene.ready("dual");
  await scene.create(
    deployment(`${namespace}/both`, 20),
    pod(`${namespace}/v4`, ovn({ ip_family: "IPv4" })),
    pod(`${namespace}/v6`, ovn({ ip_family: "ipv6" })),
  );
  const pods = await scene.running(namespace, 22);
  for (const each of pods) {
    const { name } = each.metadata, families = addressesOf(each).map((a) => a.includes(":") ? 6 : 4);
    assertEquals(families, name === "v4" ? [4] : name === "v6" ? [6] : [4, 6], name);
    const shown = (each.status as { podIPs?: { ip: string }[] }).podIPs?.map(({ ip }) => ip);
    assertEquals(shown, addressesOf(each));
  }
  await eventually("each family is counted by itself", () => {
    const { v4usingIPs, v6usingIPs } = countersOf(scene.get(Subnet, "dual"));
    assertEquals([v4usingIPs, v6usingIPs], [21, 21]);
  });
  await scene.remove(DEPLOYMENTS, `${namespace}/both`);
  await Promise.all(["v4", "v6"].map((name) => scene.remove(Pod, `${namespace}/${name}`)));
  await scene.emptied("dual");
});

test("pods wait for a Subnet that is created after them, and for its Vpc", async (scene) => {
  const namespace = await scene.namespace("early");
  await scene.create(deployment(`${namespace}/early`, 10, ovn({ logical_switch: "late" })));
  const [first] = await eventually("ten pods wait", () => {
    const pods = scene.podsOf(namespace);
    return pods.length === 10 && pods;
  });
  await scene.said(first!, "Subnet late does not exist");
  await scene.create(subnet("late", { cidrBlock: "10.32.0.0/24", vpc: "later" }));
  await eventually("the Subnet says what it waits for", () => {
    const ready = scene.get(Subnet, "late").status?.conditions?.find(({ type }) => type === "Ready");
    assertEquals([ready?.status, ready?.reason], ["False", "VpcNotFound"]);
  });
  assertEquals(scene.podsOf(namespace).flatMap(addressesOf), []);
  await scene.create({ ...subnet("later", {}), kind: "Vpc", spec: { namespaces: [namespace] } });
  const pods = await scene.running(namespace, 10);
  for (const each of pods) assertMatch(addressesOf(each).join(), /^10\.32\.0\.\d+$/);
  await scene.remove(DEPLOYMENTS, `${namespace}/early`);
  await scene.remove(Vpc, "later");
  await scene.remove(Subnet, "late");
  await eventually("Vpc and Subnet go when the pods are gone", () => {
    assertEquals(scene.cluster.journal.get(Vpc, "later"), undefined);
    assertEquals(scene.cluster.journal.get(Subnet, "late"), undefined);
  });
});

test("a fixed address goes to one pod; another that wants it is told who has it, and gets it after it", async (scene) => {
  const namespace = await scene.namespace("fixed");
  const spec = {
    cidrBlock: "10.33.0.0/24",
    excludeIps: ["10.33.0.100..10.33.0.200"],
    namespaces: [namespace],
  };
  await scene.create(subnet("fixed", spec));
  await scene.ready("fixed");
  const wish = ovn({ ip_address: "10.33.0.150", mac_address: "02:00:00:00:33:01" });
  await scene.create(pod(`${namespace}/first`, wish));
  const first = await scene.running(namespace, 1);
  assertEquals(addressesOf(first[0]!), ["10.33.0.150"]);
  assertEquals(first[0]!.metadata.annotations?.["ovn.kubernetes.io/mac_address"], "02:00:00:00:33:01");

  await scene.create(
    pod(`${namespace}/second`, ovn({ ip_address: "10.33.0.150" })),
    pod(`${namespace}/gateway`, ovn({ ip_address: "10.33.0.1" })),
    pod(`${namespace}/outside`, ovn({ ip_address: "10.34.0.5" })),
  );
  const known = (name: string) => scene.seen(Pod, `${namespace}/${name}`);
  await scene.said(await known("second"), `10.33.0.150 is held by IP first.${namespace}`);
  await scene.said(await known("gateway"), "10.33.0.1 is the gateway");
  await scene.said(await known("outside"), "AddressOutOfRange: Subnet fixed: 10.34.0.5");
  for (const name of ["first", "gateway", "outside"]) await scene.remove(Pod, `${namespace}/${name}`);
  assertEquals(addressesOf((await scene.running(namespace, 1))[0]!), ["10.33.0.150"]);
});

test("a Deployment with a list of as many addresses as pods rolls one by one", async (scene) => {
  const namespace = await scene.namespace("list"), list = ["10.35.0.9", "10.35.0.7", "10.35.0.8"];
  await scene.create(subnet("list", { cidrBlock: "10.35.0.0/24", namespaces: [namespace] }));
  await scene.ready("list");
  const body = deployment(`${namespace}/list`, 3, ovn({ ip_pool: list.join() }));
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
  await scene.create({ ...body, spec: { ...body.spec, strategy } });
  assertEquals((await scene.running(namespace, 3)).flatMap(addressesOf).sort(), list.toSorted());
  await scene.merge(DEPLOYMENTS, `${namespace}/list`, {
    spec: { template: { metadata: { labels: { v: "2" } } } },
  });
  const rolled = await eventually("three pods of the new template run, and no other", () => {
    const pods = scene.podsOf(namespace);
    return pods.length === 3 && pods.every(isNew) && pods;
  });
  assertEquals(rolled.flatMap(addressesOf).sort(), list.toSorted());
});

test("a pod created anew under its name is another pod; one that finishes gives its address back", async (scene) => {
  const namespace = await scene.namespace("again"), key = `${namespace}/again`;
  const mac = (of: Pod) => of.metadata.annotations?.["ovn.kubernetes.io/mac_address"];
  await scene.create(pod(key));
  const [before] = await scene.running(namespace, 1);
  await scene.remove(Pod, key);
  await eventually("the first is gone", () => scene.podsOf(namespace).length === 0);
  await scene.create(pod(key));
  const [after] = await scene.running(namespace, 1);
  assertNotEquals(mac(after!), mac(before!));

  const status = { phase: "Succeeded" };
  await scene.cluster.client.send({
    verb: "merge",
    resource: Pod,
    key,
    subresource: "status",
    body: { status },
    manager: "kubelet",
  });
  await eventually("its record is gone, and the pod is still there", () => {
    assertEquals(scene.cluster.journal.get(IP, recordName({ name: "again", namespace })), undefined);
    assertEquals(scene.podsOf(namespace).length, 1);
  });
});

function addressesOf({ metadata: { annotations } }: Pod): readonly string[] {
  return annotations?.["ovn.kubernetes.io/allocated"] === "true"
    ? annotations["ovn.kubernetes.io/ip_address"]!.split(",")
    : [];
}

const isNew = ({ metadata: { labels }, status }: Pod): boolean =>
  labels?.v === "2" && status?.phase === "Running";

function countersOf({ status }: Pick<Subnet, "status">): Readonly<Record<string, number>> {
  assert(status);
  const { v4usingIPs, v4availableIPs, v6usingIPs, v6availableIPs } = status;
  const counters = { v4usingIPs, v4availableIPs, v6usingIPs, v6availableIPs };
  return Object.fromEntries(Object.entries(counters).map(([field, count]) => [field, Number(count)]));
}
