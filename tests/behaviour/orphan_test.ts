/** An orphaned or broken Subnet harms itself alone. @see F3 */
import { assertEquals, assertMatch } from "@std/assert";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { type Cluster, cluster } from "./cluster.ts";

const ORPHAN = { cidrBlock: "10.66.0.0/24", vpc: "ghost" };

Deno.test("F3-1: beside an orphan a new namespace is served by the default Subnet", () => {
  const lab = cluster();
  lab.subnet("orphan", ORPHAN);
  lab.settle();
  lab.namespace("n1");
  lab.settle();
  assertEquals(lab.told(Namespace, "n1"), {
    logical_switch: "ovn-default",
    cidr: "10.16.0.0/16",
    exclude_ips: "10.16.0.1",
  });
  lab.atRest();
});

for (const place of [0, 25, 50]) {
  Deno.test(`F3-2: an orphan at place ${place} of fifty healthy Subnets keeps none of them from its namespace`, () => {
    const lab = cluster();
    lab.namespace("n1");
    for (let i = 0; i < 50; i++) {
      if (i === place) lab.subnet("h-orphan", ORPHAN);
      lab.subnet(`h${i}`, { cidrBlock: `10.70.${i}.0/24`, namespaces: i === 7 ? ["n1"] : [] });
      if (i % 25 === 24) lab.settle();
    }
    if (place === 50) lab.subnet("h-orphan", ORPHAN);
    lab.settle();
    assertEquals([lab.bindingOf("n1"), lab.ready("h-orphan")], ["h7", "False VpcNotFound"]);
    lab.atRest();
  });
}

Deno.test("F3-3: a namespace that an orphan names is bound to it only while its Vpc is there and lists it", () => {
  const lab = cluster();
  lab.namespace("n1");
  lab.subnet("orphan", { ...ORPHAN, namespaces: ["n1"] });
  lab.settle();
  assertEquals(lab.bindingOf("n1"), "ovn-default");
  assertMatch(lab.condition(Subnet, "orphan")!.message, /spec\.vpc: Vpc ghost does not exist; create it/);
  lab.vpc("ghost", { namespaces: ["n1"] });
  lab.settle();
  assertEquals([lab.bindingOf("n1"), lab.ready("orphan")], ["orphan", "True ResetLogicalSwitchAclSuccess"]);
  lab.merge(Vpc, "ghost", { spec: { namespaces: [] } });
  lab.settle();
  assertEquals(lab.bindingOf("n1"), "ovn-default");
  assertMatch(
    lab.condition(Subnet, "orphan")!.message,
    /namespaces n1 not bound: Vpc ghost does not list them/,
  );
  lab.atRest();
});

Deno.test("F3-4: a selector that cannot be understood makes its own Subnet invalid, and no other", () => {
  const lab = cluster();
  const matchExpressions = [{ key: "a", operator: "Bogus" }];
  lab.subnet("odd", { cidrBlock: "10.66.0.0/24", namespaceSelectors: [{ matchExpressions }] });
  lab.subnet("by-label", {
    cidrBlock: "10.67.0.0/24",
    namespaceSelectors: [{ matchLabels: { team: "red" } }],
  });
  lab.subnet("by-name", { cidrBlock: "10.68.0.0/24", namespaces: ["n2"] });
  lab.settle();
  lab.namespace("n1", { team: "red" });
  lab.namespace("n2");
  lab.namespace("n3", { a: "b" });
  lab.settle();
  assertEquals(["n1", "n2", "n3"].map((name) => lab.bindingOf(name)), ["by-label", "by-name", "ovn-default"]);
  assertEquals(["odd", "by-label", "by-name"].map((name) => lab.ready(name)?.split(" ")[0]), [
    "False",
    "True",
    "True",
  ]);
  lab.atRest();
});

Deno.test("F3: a missing Vpc concerns Subnets of the OVN provider only, as in Kube-OVN", () => {
  const lab = cluster();
  lab.subnet("macvlan", { cidrBlock: "10.66.0.0/24", vpc: "ghost", provider: "mv.default" });
  lab.settle();
  assertEquals(lab.ready("macvlan"), "True SetNonOvnSubnetSuccess");
  lab.atRest();
});

Deno.test("F3-5: a Vpc stays while it has Subnets of whatever state, and names them", () => {
  const lab = cluster();
  lab.vpc("blue", { namespaces: ["default"] });
  lab.subnet("used", { cidrBlock: "10.66.0.0/24", vpc: "blue", namespaces: ["default"] });
  lab.subnet("plain", { cidrBlock: "10.67.0.0/24", vpc: "blue" });
  lab.subnet("macvlan", { cidrBlock: "10.68.0.0/24", vpc: "blue", provider: "mv.default" });
  lab.settle();
  lab.pod("default/p");
  lab.settle();
  lab.delete(Vpc, "blue");
  lab.delete(Subnet, "used");
  lab.delete(Subnet, "plain");
  lab.settle();
  assertEquals(lab.condition(Vpc, "blue", "Deletable"), {
    ...lab.condition(Vpc, "blue", "Deletable")!,
    status: "False",
    reason: "InUse",
    message: "Subnet macvlan, Subnet used",
  });
  lab.subnet("late", { cidrBlock: "10.69.0.0/24", vpc: "blue" });
  lab.settle();
  assertEquals(lab.ready("late"), "False VpcDeleting");
  lab.delete(Subnet, "late");
  lab.delete(Subnet, "macvlan");
  lab.kill("default/p");
  lab.settle();
  assertEquals([lab.get(Vpc, "blue"), lab.get(Subnet, "used")], [undefined, undefined]);
  lab.atRest();
});

Deno.test("F3-6: a Vpc removed by force leaves its Subnet an orphan; its pods keep and give back their addresses", () => {
  const lab = cluster();
  lab.namespace("n1");
  lab.vpc("blue", { namespaces: ["n1"] });
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", vpc: "blue", namespaces: ["n1"] });
  lab.settle();
  lab.pod("n1/p");
  lab.settle();
  lab.delete(Vpc, "blue");
  lab.strip(Vpc, "blue");
  lab.settle();
  assertEquals([lab.ready("sn"), lab.addressOf("n1/p")], ["False VpcNotFound", "10.66.0.2"]);
  lab.kill("n1/p");
  lab.settle();
  assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn"), undefined);
  lab.atRest();
});

/** Another Subnet serves `bound`; nobody serves `free`. */
function withoutDefault(): Cluster {
  const lab = cluster();
  lab.namespace("bound");
  lab.namespace("free");
  lab.vpc("blue", { namespaces: ["bound"] });
  lab.subnet("own", { cidrBlock: "10.66.0.0/24", vpc: "blue", namespaces: ["bound"] });
  lab.settle();
  lab.merge(Namespace, "free", { metadata: { annotations: null } });
  lab.delete(Subnet, "ovn-default");
  return lab.settle();
}

Deno.test("F3-8: without the default Subnet the bound are served, the unbound wait and say for what", () => {
  const lab = withoutDefault();
  lab.namespace("new");
  lab.pod("bound/p");
  lab.pod("free/p");
  lab.settle();
  assertEquals([lab.addressOf("bound/p"), lab.addressOf("free/p")], ["10.66.0.2", undefined]);
  assertMatch(
    lab.warnings(Pod, "free/p")[0]!,
    /NoSubnet: namespace free has no Subnet: Subnet ovn-default does not exist/,
  );
  assertMatch(lab.warnings(Namespace, "new")[0]!, /NoSubnet: Subnet ovn-default does not exist/);
  lab.subnet("ovn-default", { cidrBlock: "10.17.0.0/16", default: true });
  lab.settle();
  assertEquals([lab.addressOf("free/p"), lab.bindingOf("new")], ["10.17.0.2", "ovn-default"]);
  lab.atRest();
});

Deno.test("F3-8: without the default Vpc the Subnets of others serve theirs; what it held is served again when it is back", () => {
  const lab = cluster();
  lab.namespace("bound");
  lab.vpc("blue", { namespaces: ["bound"] });
  lab.subnet("own", { cidrBlock: "10.66.0.0/24", vpc: "blue", namespaces: ["bound"] });
  lab.settle();
  lab.delete(Vpc, "ovn-cluster");
  lab.strip(Vpc, "ovn-cluster");
  lab.settle();
  assertEquals(lab.ready("ovn-default"), "False VpcNotFound");
  lab.namespace("free");
  lab.pod("bound/p");
  lab.pod("free/p");
  lab.settle();
  assertEquals([lab.addressOf("bound/p"), lab.bindingOf("free"), lab.addressOf("free/p")], [
    "10.66.0.2",
    undefined,
    undefined,
  ]);
  assertMatch(lab.warnings(Pod, "free/p")[0]!, /Vpc ovn-cluster does not exist/);
  lab.vpc("ovn-cluster");
  lab.settle();
  assertEquals([lab.bindingOf("free"), lab.addressOf("free/p")], ["ovn-default", "10.16.0.2"]);
  lab.atRest();
});

Deno.test("F3-8: another default that the default Vpc is given takes the place of one that is missing", () => {
  const lab = withoutDefault();
  lab.subnet("other", { cidrBlock: "10.67.0.0/24" });
  lab.pod("free/p");
  lab.settle();
  assertEquals([lab.bindingOf("free"), lab.addressOf("free/p")], [undefined, undefined]);
  lab.merge(Vpc, "ovn-cluster", { spec: { defaultSubnet: "other" } });
  lab.settle();
  assertEquals([lab.bindingOf("free"), lab.addressOf("free/p")], ["other", "10.67.0.2"]);
  lab.subnet("third", { cidrBlock: "10.68.0.0/24" });
  lab.settle();
  lab.merge(Vpc, "ovn-cluster", { spec: { defaultSubnet: "third" } });
  lab.settle();
  assertEquals(lab.bindingOf("free"), "third");
  lab.subnet("ovn-default", { cidrBlock: "10.17.0.0/16", default: true });
  lab.settle();
  assertEquals(lab.bindingOf("free"), "ovn-default");
  lab.atRest();
});
