/** VpcNatGateways: their workload, what they say of themselves, how they go. */
import { assertEquals, assertMatch } from "@std/assert";
import { StatefulSet } from "../../crds/foreign.ts";
import { ConfigMap, Deployment } from "../../crds/gateway_parts.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import type { Json } from "../../kube/api.ts";
import { gateways, SYSTEM } from "./gateways.ts";

Deno.test("gateway: it gets a StatefulSet of its name, whose pod runs, and says so", () => {
  const lab = gateways();
  lab.gateway("gw", { lanIp: "10.0.1.254" });
  lab.settle();
  const set = lab.workload("gw") as Json;
  assertEquals(set.metadata.ownerReferences.map((o: Json) => [o.kind, o.name, o.controller]), [[
    "VpcNatGateway",
    "gw",
    true,
  ]]);
  const { annotations, labels } = set.spec.template.metadata;
  assertEquals(annotations, {
    "ovn.kubernetes.io/vpc_nat_gw": "gw",
    "ovn.kubernetes.io/logical_switch": "inner",
    "ovn.kubernetes.io/ip_address": "10.0.1.254",
    "k8s.v1.cni.cncf.io/networks": "kube-system/extnad",
    "extnad.kube-system.kubernetes.io/logical_switch": "ext",
  });
  assertEquals(labels, { app: "vpc-nat-gw-gw", "ovn.kubernetes.io/vpc-nat-gw": "true" });
  assertEquals(set.spec.template.spec.containers[0].image, "nat:1");
  const { status, metadata } = lab.get(VpcNatGateway, "gw")!;
  assertEquals([status?.ready, status?.lanIp], [true, "10.0.1.254"]);
  assertEquals(status?.workload, {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    name: "vpc-nat-gw-gw",
    nodes: ["n1"],
  });
  assertEquals(metadata.labels, { "ovn.kubernetes.io/subnet": "inner", "ovn.kubernetes.io/vpc": "blue" });
  assertEquals(metadata.finalizers, ["kubeovn.io/kube-ovn-controller"]);
  assertEquals(lab.says(VpcNatGateway, "gw"), "True GatewayReady");
  lab.atRest();
});

Deno.test("gateway: without an address of its own it says which one its pod was given", () => {
  const lab = gateways();
  lab.gateway("gw");
  lab.settle();
  const { status, spec } = lab.get(VpcNatGateway, "gw")!;
  assertEquals([status?.lanIp, spec.lanIp], ["10.0.1.2", undefined]);
  lab.atRest();
});

Deno.test("gateway: several replicas are a Deployment, and the StatefulSet of one replica goes", () => {
  const lab = gateways();
  lab.gateway("gw", { lanIp: "10.0.1.254" });
  lab.settle();
  lab.merge(VpcNatGateway, "gw", { spec: { replicas: 2 } });
  lab.settle();
  assertEquals(lab.workload("gw"), undefined);
  const deployment = lab.workload("gw", Deployment) as Json;
  assertEquals(deployment.spec.template.metadata.annotations["ovn.kubernetes.io/ip_address"], undefined);
  const { status } = lab.get(VpcNatGateway, "gw")!;
  assertEquals([status?.ready, status?.replicas, status?.workload?.kind], [true, 2, "Deployment"]);
  assertEquals(lab.condition(VpcNatGateway, "gw")?.message, "spec.lanIp is not used with 2 replicas");
  assertEquals(lab.podsOf("gw").length, 2);
  lab.atRest();
});

Deno.test("gateway: what its author says of nodes, routes and annotations gets into the pods; ours come first", () => {
  const lab = gateways();
  lab.gateway("gw", {
    selector: ["kubernetes.io/hostname: n1", "zone:a"],
    tolerations: [{ key: "", operator: "Exists", effect: "" }],
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
    routes: [{ cidr: "10.9.0.0/16", nextHopIP: "10.0.1.1" }],
    annotations: { team: "net", "ovn.kubernetes.io/logical_switch": "elsewhere" },
    noDefaultEIP: true,
    qosPolicy: "fast",
  });
  lab.settle();
  const { spec, metadata } = (lab.workload("gw") as Json).spec.template;
  assertEquals(spec.nodeSelector, { "kubernetes.io/hostname": "n1", zone: "a" });
  assertEquals(spec.tolerations, [{ operator: "Exists" }]);
  assertEquals(metadata.annotations.team, "net");
  assertEquals(metadata.annotations["ovn.kubernetes.io/logical_switch"], "inner");
  assertEquals(metadata.annotations["ovn.kubernetes.io/routes"], '[{"dst":"10.9.0.0/16","gw":"10.0.1.1"}]');
  assertEquals(metadata.annotations["extnad.kube-system.kubernetes.io/allocated"], "true");
  assertEquals(lab.get(VpcNatGateway, "gw")?.metadata.labels?.["ovn.kubernetes.io/qos"], "fast");
  // The external interface is attached, and has no address of its own.
  assertEquals([Object.keys(lab.claims("inner")).length, lab.claims("ext")], [1, {}]);
  lab.eip("eip", { v4ip: "192.168.50.2" });
  lab.settle();
  assertEquals([lab.claims("ext"), lab.get(VpcNatGateway, "gw")?.status?.ready], [
    { "192.168.50.2": "eip" },
    true,
  ]);
  lab.atRest();
});

Deno.test("gateway: a workload that somebody edits or deletes is put back", () => {
  const lab = gateways();
  lab.gateway("gw");
  lab.settle();
  lab.merge(StatefulSet, `${SYSTEM}/vpc-nat-gw-gw`, { spec: { replicas: 0 } });
  lab.settle();
  assertEquals([lab.podsOf("gw").length, lab.get(VpcNatGateway, "gw")?.status?.ready], [1, true]);
  lab.delete(StatefulSet, `${SYSTEM}/vpc-nat-gw-gw`);
  lab.settle();
  assertEquals([lab.podsOf("gw").length, lab.get(VpcNatGateway, "gw")?.status?.ready], [1, true]);
  lab.atRest();
});

for (
  const [title, spec, message] of [
    ["no Vpc", { vpc: "ghost" }, /^spec\.vpc: Vpc ghost does not exist; create it, or name another one$/],
    ["an empty Vpc", { vpc: "" }, /^spec\.vpc: "" is not the name of a Vpc; name one$/],
    ["no Subnet", { subnet: "ghost" }, /^spec\.subnet: Subnet ghost does not exist/],
    [
      "a Subnet of another Vpc",
      { subnet: "ovn-default" },
      /^spec\.subnet: .* is not of Vpc blue; name one of its/,
    ],
    [
      "an address outside",
      { lanIp: "10.9.9.9" },
      /^spec\.lanIp: .*outside 10\.0\.1\.0\/24; choose an address of/,
    ],
    ["the gateway's address", { lanIp: "10.0.1.1" }, /^spec\.lanIp: .*gateway.*; choose an address of/],
    ["no address at all", { lanIp: "x\ny" }, /^spec\.lanIp: "x\\u\{a\}y" is not an IP address/],
    [
      "no external Subnet",
      { externalSubnets: ["ext", "ghost"] },
      /^spec\.externalSubnets\[1\]: Subnet ghost does/,
    ],
    [
      "an external Subnet of OVN",
      { externalSubnets: ["inner"] },
      /provider "ovn", which is no NetworkAttachment/,
    ],
    [
      "an external Subnet twice",
      { externalSubnets: ["ext", "ext"] },
      /^spec\.externalSubnets\[1\]: .* of another one/,
    ],
    [
      "a route to nowhere",
      { routes: [{ cidr: "10.0.0.0/8" }] },
      /^spec\.routes\[0\]\.nextHopIP: "" is not an IP/,
    ],
    ["a route of two families", { routes: [{ cidr: "::/0", nextHopIP: "10.0.1.1" }] }, /different families/],
    ["a strange selector", { selector: ["n1"] }, /^spec\.selector\[0\]: "n1" is no label of a node/],
    [
      "another namespace",
      { namespace: "app" },
      /^spec\.namespace: gateways run in kube-system only; .*add app to/,
    ],
  ] as const
) {
  Deno.test(`gateway: with ${title} it has no workload, names field and remedy, and recovers`, () => {
    const lab = gateways();
    lab.gateway("gw", spec as VpcNatGateway["spec"]);
    lab.settle();
    assertEquals([lab.workload("gw"), lab.says(VpcNatGateway, "gw")], [undefined, "False GatewayNotReady"]);
    assertMatch(lab.condition(VpcNatGateway, "gw")!.message, message);
    assertEquals(lab.get(VpcNatGateway, "gw")?.status?.ready, false);
    lab.atRest();
    const repaired = Object.fromEntries(Object.keys(spec).map((key) => [key, null]));
    lab.merge(VpcNatGateway, "gw", {
      spec: { ...repaired, vpc: "blue", subnet: "inner", externalSubnets: ["ext"] },
    });
    lab.settle();
    assertEquals(lab.says(VpcNatGateway, "gw"), "True GatewayReady");
    lab.atRest();
  });
}

Deno.test("gateway: a name too long for its StatefulSet is refused, and said", () => {
  const lab = gateways(), name = "g".repeat(42);
  lab.gateway(name);
  lab.settle();
  assertMatch(
    lab.condition(VpcNatGateway, name)!.message,
    /^metadata\.name: has 42 characters, more than 41; choose/,
  );
  assertEquals(lab.list(StatefulSet), []);
  lab.atRest();
});

Deno.test("gateway: the switch and the image are waited for; taken away again, what runs goes on", () => {
  const lab = gateways(), key = (name: string) => `${SYSTEM}/${name}`;
  lab.delete(ConfigMap, key("ovn-vpc-nat-gw-config"));
  lab.delete(ConfigMap, key("ovn-vpc-nat-config"));
  lab.gateway("gw");
  lab.settle();
  const message = () => lab.condition(VpcNatGateway, "gw")!.message;
  assertMatch(
    message(),
    /^ConfigMap kube-system\/ovn-vpc-nat-gw-config: NAT gateways are not enabled; set data/,
  );
  lab.configure("ovn-vpc-nat-gw-config", { "enable-vpc-nat-gw": "true" });
  lab.settle();
  assertMatch(message(), /^ConfigMap kube-system\/ovn-vpc-nat-config: no image is named; set data\.image/);
  lab.configure("ovn-vpc-nat-config", { image: "nat:1" });
  lab.settle();
  assertEquals(lab.says(VpcNatGateway, "gw"), "True GatewayReady");
  lab.merge(ConfigMap, key("ovn-vpc-nat-config"), { data: { image: "nat:2" } });
  lab.settle();
  assertEquals((lab.workload("gw") as Json).spec.template.spec.containers[0].image, "nat:2");
  lab.merge(ConfigMap, key("ovn-vpc-nat-gw-config"), { data: { "enable-vpc-nat-gw": "false" } });
  lab.settle();
  assertEquals([lab.podsOf("gw").length, lab.says(VpcNatGateway, "gw")], [1, "False GatewayNotReady"]);
  assertEquals(lab.get(VpcNatGateway, "gw")?.status?.ready, true);
  lab.atRest();
});

Deno.test("gateway: one whose Subnet or Vpc is gone keeps its pod, says so, and can be deleted (#1303, #5464)", () => {
  for (const kind of ["subnet", "vpc"] as const) {
    const lab = gateways();
    lab.gateway("gw");
    lab.settle();
    if (kind === "vpc") lab.strip(Vpc, "blue");
    lab.strip(Subnet, "inner");
    lab.delete(Subnet, "inner");
    if (kind === "vpc") lab.delete(Vpc, "blue");
    lab.settle();
    assertEquals([lab.podsOf("gw").length, lab.says(VpcNatGateway, "gw")], [1, "False GatewayNotReady"]);
    lab.delete(VpcNatGateway, "gw");
    lab.settle();
    assertEquals([lab.get(VpcNatGateway, "gw"), lab.podsOf("gw"), lab.records()], [undefined, [], []]);
    lab.atRest();
  }
});

Deno.test("gateway: a pod that only calls itself a gateway's does not count", () => {
  const lab = gateways();
  lab.gateway("gw");
  lab.server.execute({ verb: "delete", resource: ConfigMap, key: `${SYSTEM}/ovn-vpc-nat-gw-config` });
  lab.pod("default/impostor", { vpc_nat_gw: "gw" });
  lab.settle();
  assertEquals(lab.get(VpcNatGateway, "gw")?.status?.ready, false);
  lab.atRest();
});
