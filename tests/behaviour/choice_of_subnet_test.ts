/** Which Subnet serves a pod. @see F3 */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { cluster } from "./cluster.ts";

Deno.test("choice: a pod that names a Subnet is served from it, although its namespace is bound to another", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.subnet("own", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.subnet("other", { cidrBlock: "10.67.0.0/24" });
  lab.settle();
  lab.pod("app/p", { logical_switch: "other" });
  lab.pod("app/q");
  lab.settle();
  assertEquals([lab.addressOf("app/p"), lab.addressOf("app/q")], ["10.67.0.2", "10.66.0.2"]);
  assertEquals(lab.told(Pod, "app/p").logical_switch, "other");
  lab.atRest();
});

Deno.test("choice: a pod that names a missing Subnet says so, and is served without a touch when it appears", () => {
  const lab = cluster();
  lab.pod("default/p", { logical_switch: "later" });
  lab.settle();
  assertEquals(lab.warnings(Pod, "default/p"), [
    "AcquireAddressFailed NoSubnet: Subnet later does not exist",
  ]);
  lab.atRest();
  lab.subnet("later", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  assertEquals(lab.addressOf("default/p"), "10.66.0.2");
  lab.atRest();
});

Deno.test("choice: of several Subnets of a namespace the oldest that has an address left serves", () => {
  const lab = cluster();
  lab.subnet("zz-older", { cidrBlock: "10.66.0.0/30", namespaces: ["default"] });
  lab.settle();
  lab.subnet("aa-younger", { cidrBlock: "10.67.0.0/24", namespaces: ["default"] });
  lab.settle();
  assertEquals(lab.bindingOf("default"), "zz-older,aa-younger");
  const burst = ["p", "q", "r"];
  for (const name of burst) lab.pod(`default/${name}`);
  lab.settle();
  assertEquals(burst.map((name) => lab.addressOf(`default/${name}`)).sort(), [
    "10.66.0.2",
    "10.67.0.2",
    "10.67.0.3",
  ]);
  assertEquals(burst.flatMap((name) => lab.warnings(Pod, `default/${name}`)), []);
  lab.atRest();
});

Deno.test("choice: a fixed address is looked for in all Subnets of the namespace; one that none has is refused", () => {
  const lab = cluster();
  lab.subnet("a", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.subnet("b", { cidrBlock: "10.67.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p", { ip_address: "10.67.0.9" });
  lab.pod("default/q", { ip_pool: "10.67.0.9,10.67.0.10" });
  lab.pod("default/r", { ip_address: "10.68.0.9" });
  lab.settle();
  assertEquals(lab.addresses("p", "q"), ["10.67.0.9", "10.67.0.10"]);
  assertMatch(
    lab.warnings(Pod, "default/r")[0]!,
    /AddressOutOfRange: Subnet a: .*; Subnet b: 10.68.0.9 is outside 10.67.0.0\/24/,
  );
  lab.atRest();
});

Deno.test("choice: a fixed address on an excluded one is given also where nothing else is left", () => {
  const lab = cluster();
  lab.subnet("full", {
    cidrBlock: "10.66.0.0/29",
    excludeIps: ["10.66.0.2..10.66.0.6"],
    namespaces: ["default"],
  });
  lab.settle();
  lab.pod("default/p", { ip_address: "10.66.0.4" });
  lab.settle();
  assertEquals(lab.addressOf("default/p"), "10.66.0.4");
  lab.atRest();
});

Deno.test("choice: a pod that waits for its own Subnet takes no address elsewhere", () => {
  const lab = cluster();
  lab.subnet("full", { cidrBlock: "10.66.0.0/31", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p");
  lab.settle();
  lab.pod("default/q", { logical_switch: "full" });
  lab.settle();
  assertEquals(lab.addresses("p", "q"), ["10.66.0.1", undefined]);
  lab.atRest();
});

Deno.test("choice: a Subnet of another provider serves no default network", () => {
  const lab = cluster();
  lab.subnet("macvlan", { cidrBlock: "10.66.0.0/24", provider: "mv.default", namespaces: ["default"] });
  lab.settle();
  assertEquals(lab.ready("macvlan"), "True SetNonOvnSubnetSuccess");
  lab.pod("default/p", { logical_switch: "macvlan" });
  lab.pod("default/q");
  lab.settle();
  assertMatch(lab.warnings(Pod, "default/p")[0]!, /NoSubnet: Subnet macvlan serves provider mv.default/);
  assertEquals([lab.bindingOf("default"), lab.addressOf("default/q")], ["ovn-default", "10.16.0.2"]);
  lab.atRest();
});

Deno.test("choice: a pod stays where it is when its namespace is bound to another Subnet", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.settle();
  lab.pod("app/p");
  lab.settle();
  lab.subnet("own", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.settle();
  lab.pod("app/q");
  lab.settle();
  assertEquals([lab.addressOf("app/p"), lab.addressOf("app/q")], ["10.16.0.2", "10.66.0.2"]);
  lab.atRest();
});

Deno.test("choice: a pod on the host's network gets nothing", () => {
  const lab = cluster();
  lab.pod("default/p", {}, { spec: { hostNetwork: true } });
  lab.settle();
  assertEquals([lab.told(Pod, "default/p"), lab.records()], [{}, []]);
  lab.atRest();
});

Deno.test("choice: a pod that comes with its namespace and the Subnet of that waits for it, whatever is seen first", () => {
  for (const pods of ["first", "last"]) {
    const lab = cluster();
    lab.namespace("app");
    if (pods === "first") lab.pod("app/p");
    lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
    if (pods === "last") lab.pod("app/p");
    lab.settle();
    assertEquals([lab.addressOf("app/p"), lab.warnings(Pod, "app/p")], ["10.66.0.2", []]);
    lab.atRest();
  }
});

Deno.test("choice: a Subnet of the namespace that is there serves its pods while another one is on its way", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.subnet("old", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.settle();
  lab.pod("app/p");
  lab.subnet("new", { cidrBlock: "10.67.0.0/24", namespaces: ["app"] });
  lab.settle();
  assertEquals(lab.addressOf("app/p"), "10.66.0.2");
  lab.atRest();
});
