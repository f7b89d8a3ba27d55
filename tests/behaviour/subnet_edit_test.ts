/** A Subnet that is edited under its addresses. */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { cluster } from "./cluster.ts";

Deno.test("edit: it grows and shrinks around its pods, and new ones come from the new block", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p", { ip_address: "10.66.0.9" });
  lab.settle();
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.66.0.0/16" } });
  lab.settle();
  assertEquals([lab.ready("sn"), lab.get(Subnet, "sn")?.status?.v4availableIPs], [
    "True ResetLogicalSwitchAclSuccess",
    65532,
  ]);
  assertEquals(lab.told(Namespace, "default").cidr, "10.66.0.0/16");
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.66.0.0/28" } });
  lab.settle();
  assertEquals([lab.ready("sn"), lab.get(Subnet, "sn")?.status?.v4availableIPs], [
    "True ResetLogicalSwitchAclSuccess",
    12,
  ]);
  assertEquals(lab.addressOf("default/p"), "10.66.0.9");
  lab.atRest();
});

Deno.test("edit: a block under which addresses would fall out is refused with their names, until it is put right", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p", { ip_address: "10.66.0.200" });
  lab.settle();
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.66.0.0/25" } });
  lab.pod("default/q", { logical_switch: "sn" });
  lab.settle();
  assertMatch(
    lab.condition(Subnet, "sn")!.message,
    /^spec\.cidrBlock: 10\.66\.0\.200 of IP p\.default would fall out/,
  );
  assertEquals(lab.addresses("p", "q"), ["10.66.0.200", undefined]);
  lab.atRest();
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.66.0.0/24" } });
  lab.settle();
  assertEquals([lab.ready("sn"), lab.addressOf("default/q")], [
    "True ResetLogicalSwitchAclSuccess",
    "10.66.0.2",
  ]);
  lab.atRest();
});

Deno.test("edit: a gateway that is somebody's address is refused with that name, and becomes good when it is free", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p", { ip_address: "10.66.0.9" });
  lab.settle();
  lab.merge(Subnet, "sn", { spec: { gateway: "10.66.0.9" } });
  lab.settle();
  assertMatch(lab.condition(Subnet, "sn")!.message, /^spec\.gateway: 10\.66\.0\.9 is held by IP p\.default/);
  assertNotEquals(lab.told(Pod, "default/p").gateway, "10.66.0.9");
  lab.kill("default/p");
  lab.settle();
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  lab.atRest();
});

Deno.test("edit: excluding an address in use takes it from nobody; its next life is not handed out (#5522)", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p");
  lab.settle();
  lab.merge(Subnet, "sn", { spec: { excludeIps: ["10.66.0.1..10.66.0.5"] } });
  lab.settle();
  assertEquals([lab.addressOf("default/p"), lab.get(Subnet, "sn")?.status?.v4usingIPs], ["10.66.0.2", 0]);
  lab.kill("default/p");
  for (const name of ["a", "b"]) lab.pod(`default/${name}`);
  lab.settle();
  assertEquals(lab.addresses("a", "b").sort(), ["10.66.0.6", undefined]);
  lab.atRest();
});

Deno.test("edit: a family that is added serves new pods; one that is taken away while it is used is refused", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/old");
  lab.settle();
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.66.0.0/24,fd00:66::/112" } });
  lab.settle();
  lab.pod("default/new");
  lab.settle();
  assertEquals(lab.addresses("old", "new"), ["10.66.0.2", "10.66.0.3,fd00:66::2"]);
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.66.0.0/24", gateway: "10.66.0.1" } });
  lab.settle();
  assertMatch(
    lab.condition(Subnet, "sn")!.message,
    /^spec\.cidrBlock: fd00:66::2 of IP new\.default would fall out/,
  );
  lab.kill("default/new");
  lab.settle();
  assertEquals([lab.ready("sn"), lab.get(Subnet, "sn")!.spec.protocol], [
    "True ResetLogicalSwitchAclSuccess",
    "IPv4",
  ]);
  lab.atRest();
});

Deno.test("edit: a block whose gateway stays behind names the gateway and the remedy, and changes nothing else", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.67.0.0/24" } });
  lab.settle();
  const { spec } = lab.get(Subnet, "sn")!;
  assertMatch(
    lab.condition(Subnet, "sn")!.message,
    /^spec\.gateway: 10\.66\.0\.1 is outside 10\.67\.0\.0\/24; choose .* 10\.67\.0\.1/,
  );
  assertEquals([spec.cidrBlock, spec.gateway, spec.excludeIps], ["10.67.0.0/24", "10.66.0.1", ["10.66.0.1"]]);
  lab.atRest();
});
