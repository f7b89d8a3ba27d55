/** A Subnet until it is Ready, and what it answers. */
import { assertEquals } from "@std/assert";
import { FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Json } from "../../kube/api.ts";
import type { Condition } from "../../reconcile/kind.ts";
import { type Cluster, cluster } from "./cluster.ts";

const specOf = (lab: Cluster, name: string): Subnet["spec"] => lab.get(Subnet, name)!.spec;

/** Every state of one Subnet from now on. */
function revisionsOf(lab: Cluster, name: string): readonly Json[] {
  const seen: Json[] = [];
  lab.server.onCommit(({ object, kind }) => {
    if (kind.kind === Subnet.kind && object.metadata.name === name) seen.push(object);
  });
  return seen;
}

const isReady = ({ status }: Json): boolean =>
  status?.conditions?.some((c: Condition) => c.type === "Ready" && c.status === "True") ?? false;

Deno.test("life: what was left out is completed, what was written otherwise becomes canonical", () => {
  const lab = cluster();
  lab.subnet("sn", {
    cidrBlock: "FD00:66::9/112,10.66.1.9/24",
    excludeIps: ["10.66.1.10", "10.66.1.2", "10.66.1.3", "10.66.1.20..10.66.1.30", "10.66.1.25..10.66.1.40"],
    protocol: "IPv4",
  });
  lab.settle();
  assertEquals(specOf(lab, "sn"), {
    cidrBlock: "10.66.1.0/24,fd00:66::/112",
    gateway: "10.66.1.1,fd00:66::1",
    excludeIps: [
      "10.66.1.1",
      "10.66.1.10",
      "10.66.1.2",
      "10.66.1.20..10.66.1.40",
      "10.66.1.3",
      "fd00:66::1",
    ],
    protocol: "Dual",
    provider: "ovn",
    vpc: "ovn-cluster",
    gatewayType: "distributed",
    enableLb: true,
  });
  lab.atRest();
});

Deno.test("life: what we do not use survives untouched, and what was written is not overwritten", () => {
  const lab = cluster();
  const written = {
    gatewayType: "centralized",
    enableLb: false,
    natOutgoing: true,
    dhcpV4Options: "lease=1",
  };
  const unknown = { somethingNew: { deep: [1, 2] } } as Subnet["spec"];
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", gateway: "10.66.0.254", ...written, ...unknown });
  lab.settle();
  const spec = specOf(lab, "sn");
  assertEquals({ ...spec, ...written, ...unknown }, spec);
  assertEquals([spec.gateway, spec.excludeIps], ["10.66.0.254", ["10.66.0.254"]]);
  lab.atRest();
});

Deno.test("life: it turns Ready only guarded, counted, and with its namespaces told", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.settle();
  const revisions = revisionsOf(lab, "sn");
  let told: string | undefined;
  lab.server.onCommit(({ object }) => {
    if (object.kind === Subnet.kind && isReady(object)) told ??= lab.bindingOf("app");
  });
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.settle();
  const first = revisions.find(isReady)!;
  assertEquals(told, "sn");
  assertEquals(first.metadata.finalizers, [FINALIZER]);
  assertEquals([first.status.v4availableIPs, first.status.v4availableIPrange], [
    253,
    "10.66.0.2-10.66.0.254",
  ]);
  assertEquals(revisions.indexOf(first), revisions.length - 1);
});

Deno.test("life: a pod that came before its Subnet is not served before the Subnet is guarded", () => {
  const lab = cluster();
  lab.pod("default/p", { logical_switch: "sn" });
  lab.settle();
  let guarded: boolean | undefined;
  lab.server.onCommit(({ object, type }) => {
    if (object.kind === "IP" && type === "ADDED") {
      guarded = lab.get(Subnet, "sn")?.metadata.finalizers?.includes(FINALIZER);
    }
  });
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  assertEquals([lab.addressOf("default/p"), guarded], ["10.66.0.2", true]);
});

Deno.test("life: a Subnet that we may not guard serves neither namespaces nor pods", () => {
  const lab = cluster();
  lab.intercept = ({ verb, resource }) =>
    verb === "apply" && resource.kind === Subnet.kind
      ? { outcome: "denied", status: 403, reason: "Forbidden", message: "not yours" }
      : undefined;
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p", { logical_switch: "sn" });
  lab.settle();
  assertEquals([lab.bindingOf("default"), lab.addressOf("default/p"), lab.records()], [
    "ovn-default",
    undefined,
    [],
  ]);
  lab.intercept = () => undefined;
  lab.settle({ ms: 600_000 });
  assertEquals([lab.bindingOf("default"), lab.addressOf("default/p")], ["sn", "10.66.0.2"]);
  lab.atRest();
});

Deno.test("life: every edit is answered by a write that names its generation", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  for (
    const spec of [{ natOutgoing: true }, { mtu: 1400 }, { excludeIps: ["10.66.0.1", "10.66.0.9"] }, {
      gateway: "x",
    }]
  ) {
    lab.merge(Subnet, "sn", { spec });
    lab.settle();
    const { metadata, status } = lab.get(Subnet, "sn")!;
    for (const condition of status!.conditions!) {
      assertEquals(condition.observedGeneration, metadata.generation, condition.type);
    }
  }
});
