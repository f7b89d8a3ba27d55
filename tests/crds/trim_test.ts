import { assertEquals, assertExists } from "@std/assert";
import {
  AdvancedStatefulSet,
  Namespace,
  Node,
  Pod,
  StatefulSet,
  VirtualMachine,
} from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Kind, Obj } from "../../reconcile/kind.ts";

const controller = { apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "s", controller: true };
const whatever = { apiVersion: "v1", kind: "ConfigMap", name: "c", uid: "c" };

const identity = {
  name: "x",
  namespace: "prod",
  uid: "u",
  resourceVersion: "7",
  creationTimestamp: "2026-01-01T00:00:00Z",
};
const full = {
  ...identity,
  generateName: "web-",
  generation: 1,
  labels: { app: "web" },
  annotations: { "ovn.kubernetes.io/ip_address": "10.0.0.5", "example.org/other": "x".repeat(1000) },
  finalizers: ["example.org/f"],
  ownerReferences: [whatever, controller],
  deletionTimestamp: "2026-01-02T00:00:00Z",
  deletionGracePeriodSeconds: 30,
  managedFields: [{ manager: "kubelet" }],
};
const kept = {
  ...identity,
  finalizers: ["example.org/f"],
  deletionTimestamp: "2026-01-02T00:00:00Z",
  deletionGracePeriodSeconds: 30,
  annotations: { "ovn.kubernetes.io/ip_address": "10.0.0.5" },
  ownerReferences: [controller],
};

Deno.test("a Pod keeps where it runs, how it ends, its controller and our annotations", () => {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: full,
    spec: { nodeName: "n1", hostNetwork: true, restartPolicy: "Never", containers: [{ name: "c" }] },
    status: { phase: "Failed", reason: "Evicted", podIPs: [{ ip: "10.0.0.5" }], conditions: [] },
  };
  assertEquals(trim(Pod, pod), {
    apiVersion: "v1",
    kind: "Pod",
    metadata: kept,
    spec: { nodeName: "n1", hostNetwork: true, restartPolicy: "Never" },
    status: { phase: "Failed", reason: "Evicted" },
  });
});

Deno.test("what is absent stays absent", () => {
  assertEquals(
    trim(Pod, { apiVersion: "v1", kind: "Pod", metadata: { ...identity, annotations: { a: "b" } } }),
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: identity,
      spec: {},
      status: {},
    },
  );
});

Deno.test("a Namespace keeps its labels, for Subnets select by them", () => {
  const namespace = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: full,
    spec: { finalizers: ["kubernetes"] },
  };
  assertEquals(trim(Namespace, namespace), {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { ...kept, labels: { app: "web" } },
  });
});

Deno.test("a Node keeps its addresses", () => {
  const addresses = [{ type: "InternalIP", address: "192.168.0.2" }];
  const node = { apiVersion: "v1", kind: "Node", metadata: full, status: { addresses, images: [{}] } };
  assertEquals(trim(Node, node), { apiVersion: "v1", kind: "Node", metadata: kept, status: { addresses } });
});

Deno.test("a StatefulSet keeps the window of its ordinals", () => {
  const set = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: full,
    spec: {
      replicas: 3,
      ordinals: { start: 10 },
      serviceName: "web",
      template: { metadata: { annotations: { "ovn.kubernetes.io/ip_pool": "10.0.0.5" } }, spec: {} },
    },
    status: { replicas: 3 },
  };
  assertEquals(trim(StatefulSet, set), {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: kept,
    spec: { replicas: 3, ordinals: { start: 10 } },
  });
});

Deno.test("an OpenKruise StatefulSet keeps its reserved ordinals as well; of a virtual machine it is enough that it is there", () => {
  const spec = { replicas: 3, reserveOrdinals: [1, "3-5"] };
  const set = {
    apiVersion: "apps.kruise.io/v1beta1",
    kind: "StatefulSet",
    metadata: full,
    spec: { ...spec, serviceName: "w" },
  };
  assertEquals(trim(AdvancedStatefulSet, set), { ...set, metadata: kept, spec });
  const machine = { apiVersion: "kubevirt.io/v1", kind: "VirtualMachine", metadata: full };
  assertEquals(trim(VirtualMachine, { ...machine, spec: { running: true } }), { ...machine, metadata: kept });
});

Deno.test("a pod that runs a virtual machine keeps the label that says so, and no other", () => {
  const labels = { "kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": "vm1" };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...identity, labels }, spec: {} };
  assertEquals(trim(Pod, pod).metadata.labels, { "kubevirt.io": "virt-launcher" });
  const other = { ...pod, metadata: { ...identity, labels: { "kubevirt.io": "virt-handler" } } };
  assertEquals(trim(Pod, other).metadata.labels, undefined);
});

Deno.test("our own kinds keep everything but managedFields, and always have a spec", () => {
  const { managedFields: _, ...metadata } = full;
  const status = { v4usingIPs: 1, more: "kept" };
  const subnet = {
    apiVersion: "kubeovn.io/v1",
    kind: "Subnet",
    metadata: full,
    spec: { mtu: 1400, more: 1 },
    status,
  };
  assertEquals(trim(Subnet, subnet), { ...subnet, metadata });
  assertEquals(trim(Subnet, { apiVersion: "kubeovn.io/v1", kind: "Subnet", metadata: full }), {
    apiVersion: "kubeovn.io/v1",
    kind: "Subnet",
    metadata,
    spec: {},
  });
});

Deno.test("trimming leaves its argument alone and changes nothing the second time", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: full, spec: { nodeName: "n1", containers: [] } };
  const before = structuredClone(pod);
  const once = trim(Pod, pod);
  assertEquals(pod, before);
  assertEquals(trim(Pod, once), once);
});

function trim({ trim }: Kind, object: Obj): Obj {
  assertExists(trim);
  return trim(object);
}
