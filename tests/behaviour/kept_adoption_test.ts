/** What Kube-OVN kept for StatefulSets and virtual machines is kept on. */
import { assertEquals } from "@std/assert";
import { Pod, StatefulSet, VirtualMachine } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import type { Json } from "../../kube/api.ts";
import { KUBEVIRT } from "../../sandbox/foreign.ts";
import type { Cluster } from "./cluster.ts";
import { before, MAC, record } from "./kube_ovn.ts";

const LABELS = { app: "web" };

function set(lab: Cluster, replicas: number): Json {
  const template = { metadata: { labels: LABELS }, spec: { containers: [{ name: "c", image: "i" }] } };
  return lab.create(StatefulSet, {
    metadata: { name: "web", namespace: "default" },
    spec: { replicas, selector: { matchLabels: LABELS }, template },
  });
}

/** A pod of namespace `default` and who controls it. */
function controlled(lab: Cluster, name: string, reference: Json, labels: Json = {}): void {
  lab.create(Pod, {
    metadata: { name, namespace: "default", labels, ownerReferences: [{ ...reference, controller: true }] },
    spec: { containers: [{ name: "c", image: "i" }], nodeName: "n1" },
  });
}

Deno.test("kept adoption: a member of a set that was away at the start gets what Kube-OVN kept for it", () => {
  const lab = before();
  record(lab, "web-0", "10.66.0.9", { podType: "StatefulSet" });
  const { metadata: { uid } } = set(lab, 1), old = lab.get(IP, "web-0.default")!.metadata.uid;
  lab.start();
  assertEquals(lab.claims("sn"), { "10.66.0.9": "web-0.default" });
  lab.atRest();
  controlled(lab, "web-0", { apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid });
  lab.settle();
  assertEquals([lab.addressOf("default/web-0"), lab.told(Pod, "default/web-0").mac_address], [
    "10.66.0.9",
    MAC,
  ]);
  assertEquals(lab.get(IP, "web-0.default")!.metadata.uid, old);
  lab.atRest();
});

Deno.test("kept adoption: what Kube-OVN kept for an ordinal that is no more, or a set that is gone, is given back", () => {
  const lab = before();
  record(lab, "web-3", "10.66.0.9", { podType: "StatefulSet" });
  record(lab, "db-0", "10.66.0.8", { podType: "StatefulSet" });
  set(lab, 3);
  lab.start();
  assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
  lab.atRest();
});

Deno.test("kept adoption: a virtual machine that was stopped gets what Kube-OVN kept for it", () => {
  const lab = before("10.66.0.0/24", { served: [KUBEVIRT] });
  record(lab, "vm1", "10.66.0.9", { podType: "VirtualMachine" });
  record(lab, "vm2", "10.66.0.8", { podType: "VirtualMachine" });
  lab.create(VirtualMachine, { metadata: { name: "vm1", namespace: "default" } });
  lab.start();
  assertEquals(lab.records(), ["vm1.default"]);
  lab.atRest();
  const instance = { apiVersion: "kubevirt.io/v1", kind: "VirtualMachineInstance", name: "vm1", uid: "vmi" };
  controlled(lab, "launcher", instance, { "kubevirt.io": "virt-launcher" });
  lab.settle();
  assertEquals(lab.addressOf("default/launcher"), "10.66.0.9");
  lab.atRest();
});
