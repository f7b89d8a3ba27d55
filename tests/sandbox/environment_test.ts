import { assertEquals } from "@std/assert";
import type { Json } from "../../kube/api.ts";
import type { Environment } from "../../sandbox/environment/environment.ts";
import type { ApiServer } from "../../sandbox/server.ts";
import { controllersOf } from "../../sandbox/workloads.ts";
import { ConfigMap, Definition, Namespace, Pod, Subnet } from "../conformance/world.ts";
import { sandbox } from "./sandbox.ts";

const Deployment = { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", namespaced: true };
const ReplicaSet = { apiVersion: "apps/v1", kind: "ReplicaSet", plural: "replicasets", namespaced: true };
const StatefulSet = { apiVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets", namespaced: true };
const HOLD = "example.com/hold";

function cluster(): { server: ApiServer; controllers: Environment } {
  const server = sandbox();
  return { server, controllers: controllersOf(server) };
}

function workload(name: string, more: Json = {}, image = "img:1"): Json {
  const labels = { app: name };
  return {
    metadata: { name, namespace: "default" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { a: "b" } },
        spec: { containers: [{ name: "c", image }] },
      },
      ...more,
    },
  };
}

function create(server: ApiServer, resource: Parameters<ApiServer["kindOf"]>[0], body: Json): Json {
  const answered = server.execute({
    verb: "create",
    resource: server.kindOf(resource),
    body,
    manager: "user",
  });
  assertEquals(answered.status, 201, answered.body.message);
  return answered.body;
}

function names(server: ApiServer, resource = Pod): string[] {
  return [...server.entriesOf(resource).values()].map(({ object }) => object.metadata.name).sort();
}

/** What a kubelet would report. */
function makeReady(server: ApiServer): void {
  for (const key of [...server.entriesOf(Pod).keys()]) {
    const body = { status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } };
    server.execute({ verb: "merge", resource: Pod, key, subresource: "status", body, manager: "kubelet" });
  }
}

Deno.test("environment: a namespace that is going is emptied, then gone", () => {
  const { server, controllers } = cluster();
  create(server, Namespace, { metadata: { name: "n" } });
  create(server, ConfigMap, { metadata: { name: "free", namespace: "n" } });
  create(server, ConfigMap, { metadata: { name: "held", namespace: "n", finalizers: [HOLD] } });
  server.execute({ verb: "delete", resource: Namespace, key: "n" });
  controllers.settle();
  assertEquals(names(server, ConfigMap), ["held"]);
  server.execute({
    verb: "merge",
    resource: ConfigMap,
    key: "n/held",
    body: { metadata: { finalizers: null } },
    manager: "u",
  });
  controllers.settle();
  assertEquals(names(server, Namespace).includes("n"), false);
});

Deno.test("environment: a definition takes its objects along", () => {
  const { server, controllers } = cluster();
  create(server, Subnet, { metadata: { name: "a" } });
  create(server, Subnet, { metadata: { name: "b", finalizers: [HOLD] } });
  server.execute({ verb: "delete", resource: Definition, key: "subnets.kubeovn.io" });
  controllers.settle();
  assertEquals(names(server, Subnet), ["b"]);
  server.execute({
    verb: "merge",
    resource: Subnet,
    key: "b",
    body: { metadata: { finalizers: [] } },
    manager: "u",
  });
  controllers.settle();
  assertEquals(server.execute({ verb: "list", resource: Subnet }).status, 404);
});

Deno.test("environment: a Deployment makes pods through a ReplicaSet, and a new one for a new template", () => {
  const { server, controllers } = cluster();
  create(server, Deployment, workload("web", { replicas: 3 }));
  controllers.settle();
  assertEquals(names(server).length, 3);
  const [pod] = [...server.entriesOf(Pod).values()];
  assertEquals(pod?.object.metadata.annotations, { a: "b" });
  const spec = workload("web", {}, "img:2").spec;
  server.execute({ verb: "merge", resource: Deployment, key: "default/web", body: { spec }, manager: "u" });
  controllers.settle();
  assertEquals([names(server, ReplicaSet).length, names(server).length], [2, 3]);
  const images = [...server.entriesOf(Pod).values()].map(({ object }) => object.spec.containers[0].image);
  assertEquals(new Set(images), new Set(["img:2"]));
});

Deno.test("environment: a Deployment is scaled through /scale, and its pods go with it", () => {
  const { server, controllers } = cluster();
  create(server, Deployment, workload("web"));
  controllers.settle();
  const scale = { metadata: { name: "web", namespace: "default" }, spec: { replicas: 2 } };
  server.execute({ verb: "update", resource: Deployment, body: scale, subresource: "scale", manager: "u" });
  controllers.settle();
  assertEquals(names(server).length, 2);
  server.execute({ verb: "delete", resource: Deployment, key: "default/web" });
  controllers.settle();
  assertEquals([names(server), names(server, ReplicaSet)], [[], []]);
});

Deno.test("environment: orphaned pods stay, and a foreground deletion waits for its dependents", () => {
  const { server, controllers } = cluster();
  create(server, StatefulSet, workload("a"));
  create(server, StatefulSet, workload("b"));
  controllers.settle();
  server.execute({ verb: "delete", resource: StatefulSet, key: "default/a", propagationPolicy: "Orphan" });
  server.execute({
    verb: "delete",
    resource: StatefulSet,
    key: "default/b",
    propagationPolicy: "Foreground",
  });
  controllers.settle();
  assertEquals([names(server), names(server, StatefulSet)], [["a-0"], []]);
  assertEquals(server.entriesOf(Pod).get("default/a-0")?.object.metadata.ownerReferences, undefined);
});

Deno.test("environment: what is made for an owner that was deleted before goes as well", () => {
  const { server, controllers } = cluster();
  const { apiVersion, kind } = StatefulSet;
  const { metadata: { uid } } = create(server, StatefulSet, workload("a"));
  server.execute({ verb: "delete", resource: StatefulSet, key: "default/a" });
  controllers.settle();
  const part = (name: string, uid: string) => {
    const ownerReferences = [{ apiVersion, kind, name: "a", uid }];
    create(server, ConfigMap, { metadata: { name, namespace: "default", ownerReferences } });
  };
  part("late", uid);
  part("of-one-elsewhere", "never-here");
  controllers.settle();
  assertEquals(names(server, ConfigMap), ["of-one-elsewhere"]);
});

Deno.test("environment: a StatefulSet goes up in order, from its first ordinal, and down from its last", () => {
  const { server, controllers } = cluster();
  create(server, StatefulSet, workload("db", { replicas: 3, ordinals: { start: 2 } }));
  controllers.settle();
  assertEquals(names(server), ["db-2"]);
  for (let i = 0; i < 3; i++) {
    makeReady(server);
    controllers.settle();
  }
  assertEquals(names(server), ["db-2", "db-3", "db-4"]);
  server.execute({
    verb: "merge",
    resource: StatefulSet,
    key: "default/db",
    body: { spec: { replicas: 1 } },
    manager: "u",
  });
  controllers.settle();
  assertEquals(names(server), ["db-2"]);
});

Deno.test("environment: a Parallel StatefulSet makes all its pods at once; a deleted one comes back under its name", () => {
  const { server, controllers } = cluster();
  create(server, StatefulSet, workload("db", { replicas: 2, podManagementPolicy: "Parallel" }));
  controllers.settle();
  const before = server.entriesOf(Pod).get("default/db-1")?.object.metadata.uid;
  server.execute({ verb: "delete", resource: Pod, key: "default/db-1" });
  controllers.settle();
  const after = server.entriesOf(Pod).get("default/db-1")?.object.metadata.uid;
  assertEquals([names(server), before === after], [["db-0", "db-1"], false]);
});

Deno.test("environment: a new template replaces the pods of a StatefulSet one by one, from the last", () => {
  const { server, controllers } = cluster();
  create(server, StatefulSet, workload("db", { replicas: 2, podManagementPolicy: "Parallel" }));
  controllers.settle();
  makeReady(server);
  const spec = workload("db", {}, "img:2").spec;
  server.execute({ verb: "merge", resource: StatefulSet, key: "default/db", body: { spec }, manager: "u" });
  controllers.settle();
  const image = (name: string) =>
    server.entriesOf(Pod).get(`default/${name}`)?.object.spec.containers[0].image;
  assertEquals([image("db-0"), image("db-1")], ["img:1", "img:2"]);
  makeReady(server);
  controllers.settle();
  assertEquals(image("db-0"), "img:2");
});
