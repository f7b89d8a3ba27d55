/** Vpcs: what they say, what holds them. @see F3 */
import { assertEquals, assertMatch } from "@std/assert";
import { FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { type Cluster, cluster } from "./cluster.ts";

const statusOf = (lab: Cluster, name: string) => lab.get(Vpc, name)?.status;

Deno.test("vpc: the default one is there from the start, with the default and the join Subnet", () => {
  const lab = cluster();
  const { default: isDefault, standby, router, subnets, defaultLogicalSwitch } = statusOf(
    lab,
    "ovn-cluster",
  )!;
  assertEquals([isDefault, standby, router], [true, true, "ovn-cluster"]);
  assertEquals([subnets, defaultLogicalSwitch], [["join", "ovn-default"], "ovn-default"]);
  assertEquals(lab.get(Vpc, "ovn-cluster")?.metadata.finalizers, [FINALIZER]);
  lab.atRest();
});

Deno.test("vpc: it lists its Subnets of the OVN provider that are not going, in order of their names", () => {
  const lab = cluster();
  lab.vpc("blue");
  lab.vlan("v");
  for (const name of ["b", "a", "c"]) lab.subnet(name, { cidrBlock: "", vlan: "v", vpc: "blue" });
  lab.subnet("macvlan", { cidrBlock: "10.66.0.0/24", vpc: "blue", provider: "mv.default" });
  lab.settle();
  assertEquals(statusOf(lab, "blue")?.subnets, ["a", "b", "c"]);
  lab.delete(Subnet, "b");
  lab.settle();
  assertEquals(statusOf(lab, "blue")?.subnets, ["a", "c"]);
  assertEquals([statusOf(lab, "blue")?.default, lab.condition(Vpc, "blue")?.status], [false, "True"]);
  lab.atRest();
});

Deno.test("vpc: its default Subnet is the one it names, else one that says so", () => {
  const lab = cluster();
  lab.vpc("blue");
  lab.subnet("says-so", { cidrBlock: "10.66.0.0/24", vpc: "blue", default: true });
  lab.subnet("named", { cidrBlock: "10.67.0.0/24", vpc: "blue" });
  lab.settle();
  assertEquals(statusOf(lab, "blue")?.defaultLogicalSwitch, "says-so");
  lab.merge(Vpc, "blue", { spec: { defaultSubnet: "named" } });
  lab.settle();
  assertEquals(statusOf(lab, "blue")?.defaultLogicalSwitch, "named");
  lab.merge(Vpc, "blue", { spec: { defaultSubnet: "nowhere" } });
  lab.settle();
  assertEquals(statusOf(lab, "blue")?.defaultLogicalSwitch, "says-so");
  lab.atRest();
});

Deno.test("vpc: a route that nobody could program is said, and keeps nobody from an address", () => {
  const lab = cluster();
  lab.vpc("blue", {
    namespaces: ["app"],
    staticRoutes: [
      { cidr: "0.0.0.0/0", nextHopIP: "10.66.0.254", policy: "policyDst" },
      { cidr: "10.67.0.9", nextHopIP: "10.66.0.254" },
    ],
    policyRoutes: [{ action: "drop" }, { action: "reroute", nextHopIP: "10.66.0.3,10.66.0.4" }],
  });
  lab.namespace("app");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", vpc: "blue", namespaces: ["app"] });
  lab.settle();
  assertEquals(lab.verdict(Vpc, "blue"), "True VpcReady ");
  lab.merge(Vpc, "blue", {
    spec: {
      staticRoutes: [{ cidr: "10.67.0.0/33", nextHopIP: "near", policy: "fastest" }, { nextHopIP: "::1" }],
      policyRoutes: [{ action: "jump" }, { action: "reroute", nextHopIP: "10.66.0.3," }],
    },
  });
  lab.pod("app/p");
  lab.settle();
  assertEquals(
    lab.verdict(Vpc, "blue"),
    "False InvalidRoute " + [
      `spec.staticRoutes[0].policy: "fastest" is not known; write policySrc or policyDst`,
      `spec.staticRoutes[0].cidr: "10.67.0.0/33" has an impossible prefix length; ${DESTINATION}`,
      `spec.staticRoutes[0].nextHopIP: "near" is not an IP address; write an address`,
      `spec.staticRoutes[1].cidr: "" is not an IP address; ${DESTINATION}`,
      `spec.policyRoutes[0].action: "jump" is not known; write allow, drop or reroute`,
      `spec.policyRoutes[1].nextHopIP: "" is not an IP address; write an address`,
    ].join("; "),
  );
  assertEquals([lab.ready("sn"), lab.addressOf("app/p")], ["True ResetLogicalSwitchAclSuccess", "10.66.0.2"]);
  lab.merge(Vpc, "blue", { spec: { staticRoutes: null, policyRoutes: null } });
  lab.settle();
  assertEquals(lab.verdict(Vpc, "blue"), "True VpcReady ");
  lab.atRest();
});

const DESTINATION = "write an address, or a block such as 10.16.0.0/16";

Deno.test("vpc: one without Subnets goes at once", () => {
  const lab = cluster();
  lab.vpc("blue");
  lab.settle();
  lab.delete(Vpc, "blue");
  lab.settle();
  assertEquals(lab.get(Vpc, "blue"), undefined);
  lab.atRest();
});

Deno.test("F3-7: a stale list of Subnets in its status does not hold a Vpc (#5220)", () => {
  const lab = cluster();
  lab.vpc("blue");
  lab.settle();
  lab.status(Vpc, "blue", { subnets: ["long-gone"] });
  lab.delete(Vpc, "blue");
  lab.settle();
  assertEquals(lab.get(Vpc, "blue"), undefined);
  lab.atRest();
});

Deno.test("vpc: a Subnet that moves to another Vpc sets the first one free and holds the second", () => {
  const lab = cluster();
  lab.vpc("blue");
  lab.vpc("green");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", vpc: "blue" });
  lab.settle();
  lab.delete(Vpc, "blue");
  lab.settle();
  assertEquals(lab.condition(Vpc, "blue", "Deletable")?.message, "Subnet sn");
  lab.merge(Subnet, "sn", { spec: { vpc: "green" } });
  lab.settle();
  assertEquals([lab.get(Vpc, "blue"), statusOf(lab, "green")?.subnets], [undefined, ["sn"]]);
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  lab.atRest();
});

Deno.test("vpc: a Subnet of a Vpc that is going is refused, and taken by the next of that name", () => {
  const lab = cluster();
  lab.vpc("blue");
  lab.subnet("holds", { cidrBlock: "10.66.0.0/24", vpc: "blue" });
  lab.settle();
  lab.delete(Vpc, "blue");
  lab.subnet("late", { cidrBlock: "10.67.0.0/24", vpc: "blue" });
  lab.settle();
  assertMatch(lab.condition(Subnet, "late")!.message, /spec\.vpc: Vpc blue is being deleted/);
  assertEquals(lab.get(Subnet, "late")?.metadata.finalizers, undefined);
  for (const name of ["holds", "late"]) lab.delete(Subnet, name);
  lab.settle();
  lab.subnet("late", { cidrBlock: "10.67.0.0/24", vpc: "blue" });
  lab.settle();
  assertEquals([lab.get(Vpc, "blue"), lab.ready("late")], [undefined, "False VpcNotFound"]);
  lab.vpc("blue");
  lab.settle();
  assertEquals(lab.ready("late"), "True ResetLogicalSwitchAclSuccess");
  lab.atRest();
});

Deno.test("vpc: two that list one namespace: the older has it, the younger says so", () => {
  const lab = cluster();
  lab.vpc("older", { namespaces: ["default"] });
  lab.settle();
  lab.vpc("younger", { namespaces: ["default", "kube-public"] });
  lab.settle();
  const { status, reason, message } = lab.condition(Vpc, "younger")!;
  assertEquals([lab.condition(Vpc, "older")?.status, status, reason], ["True", "False", "NamespaceConflict"]);
  assertMatch(message, /spec\.namespaces: default belongs to Vpc older; .* take it out of one/);
  lab.delete(Vpc, "older");
  lab.settle();
  assertEquals(lab.condition(Vpc, "younger")?.status, "True");
  lab.atRest();
});

Deno.test("vpc: a status that somebody edits is put back", () => {
  const lab = cluster();
  const before = statusOf(lab, "ovn-cluster");
  lab.status(Vpc, "ovn-cluster", { standby: false, default: null, subnets: [], conditions: null });
  lab.settle();
  assertEquals(
    { ...statusOf(lab, "ovn-cluster"), conditions: null },
    { ...before, conditions: null } as unknown,
  );
  assertEquals(lab.condition(Vpc, "ovn-cluster")?.status, "True");
  lab.atRest();
});
