/** The API server goes, freezes, forgets and pushes back while there is work to do. */
import { assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Json } from "../../kube/api.ts";
import { eventually } from "../control_plane/eventually.ts";
import { writesIn } from "./audit.ts";
import { OPERATOR } from "./cluster.ts";
import { deployment, DEPLOYMENTS, FLOWS, pod, subnet, throttle } from "./manifests.ts";
import { seconds } from "./scene.ts";
import { withCluster } from "./with_cluster.ts";

const test = withCluster();

test("the API server is stopped and started in the middle of 200 pods, and killed in the middle of their end", async (scene) => {
  const { apiserver } = scene.cluster.plane, namespace = await scene.namespace("stopped");
  await scene.create(subnet("stopped", { cidrBlock: "10.70.0.0/23", namespaces: [namespace] }));
  await scene.ready("stopped");
  await scene.create(deployment(`${namespace}/web`, 200));
  await eventually("60 pods have addresses", () => scene.toldIn(namespace) >= 60);
  await apiserver.stop();
  console.log(`outage: stopped when ${scene.toldIn(namespace)} of 200 pods had addresses`);
  await apiserver.start();
  const began = performance.now();
  await scene.running(namespace, 200);
  console.log(`outage: all 200 run ${seconds(began)} after its start`);
  await scene.verify();

  await scene.remove(DEPLOYMENTS, `${namespace}/web`);
  await eventually("50 pods are gone", () => scene.podsOf(namespace).length <= 150);
  await apiserver.kill();
  await apiserver.start();
  const killed = performance.now();
  await scene.emptied("stopped");
  console.log(`outage: all 200 are gone ${seconds(killed)} after its next start`);
});

test("an API server that does not answer for a while leaves nothing in doubt", async (scene) => {
  const { apiserver } = scene.cluster.plane, namespace = await scene.namespace("frozen");
  await scene.create(deployment(`${namespace}/web`, 100));
  await eventually("20 pods have addresses", () => scene.toldIn(namespace) >= 20);
  apiserver.freeze();
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  apiserver.thaw();
  await scene.running(namespace, 100);
  await scene.remove(DEPLOYMENTS, `${namespace}/web`);
  await eventually("no pod is left", () => scene.podsOf(namespace).length === 0);
});

test("etcd is compacted again and again during work", async (scene) => {
  const { etcd } = scene.cluster.plane, namespace = await scene.namespace("compacted");
  await scene.create(deployment(`${namespace}/web`, 100));
  for (const count of [10, 40, 70]) {
    await eventually(`${count} pods have addresses`, () => scene.toldIn(namespace) >= count);
    await etcd.compact();
  }
  await scene.running(namespace, 100);
  await scene.remove(DEPLOYMENTS, `${namespace}/web`);
  await eventually("no pod is left", () => scene.podsOf(namespace).length === 0);
});

test("an operator that saw nothing for long finds a world of which the history is gone", async (scene) => {
  const { apiserver, etcd } = scene.cluster.plane, operator = scene.operator!;
  const namespace = await scene.namespace("asleep"), other = await scene.namespace("awake");
  await scene.create(subnet("going", { cidrBlock: "10.71.0.0/24", namespaces: [namespace] }));
  await scene.create(subnet("staying", { cidrBlock: "10.72.0.0/24", namespaces: [other] }));
  await Promise.all(["going", "staying"].map((name) => scene.ready(name)));
  await scene.create(
    deployment(`${namespace}/web`, 30),
    deployment(`${other}/web`, 30),
    pod(`${other}/again`),
  );
  await Promise.all([scene.running(namespace, 30), scene.running(other, 31)]);

  operator.freeze();
  await Promise.all([scene.remove(DEPLOYMENTS, `${namespace}/web`), scene.remove(Pod, `${other}/again`)]);
  await scene.remove(Subnet, "going");
  await scene.merge(DEPLOYMENTS, `${other}/web`, { spec: { replicas: 10 } });
  await eventually("they are gone", () => {
    assertEquals([scene.podsOf(namespace).length, scene.podsOf(other).length], [0, 10]);
  });
  await scene.create(pod(`${other}/again`), pod(`${other}/new`));
  await apiserver.stop();
  await etcd.compact();
  await apiserver.start();
  operator.thaw();

  await scene.running(other, 12);
  await scene.emptied("going");
  await eventually(
    "the Subnet is gone",
    () => assertEquals(scene.cluster.journal.get(Subnet, "going"), undefined),
  );
});

test("pushed back by the API server with 429, it does its work a little later", async (scene) => {
  const namespace = await scene.namespace("slow"), { plane } = scene.cluster;
  const refused = async () =>
    (await writesIn(plane.auditLog)).filter((e) => e.user === OPERATOR && e.code === 429).length;
  await scene.create(...throttle("cadastre"));
  await eventually("the limit is in force", async () => {
    const key = "tight-cadastre", limit = { verb: "get", resource: FLOWS, key } as const;
    const { status } = (await scene.cluster.client.send(limit)).object as Json;
    return status.conditions.some(({ type, status }: Json) => type === "Dangling" && status === "False");
  });
  await scene.create(deployment(`${namespace}/web`, 20));
  await eventually("it is pushed back", async () => await refused() > 0);
  await scene.remove(FLOWS, "tight-cadastre");
  const began = performance.now();
  await scene.running(namespace, 20);
  console.log(`outage: 20 pods run after ${seconds(began)}, ${await refused()} writes were refused with 429`);
});
