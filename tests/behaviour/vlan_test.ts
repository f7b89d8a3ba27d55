/** Subnets on a Vlan. @see F1 */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vlan } from "../../crds/vlan.ts";
import { cluster } from "./cluster.ts";

Deno.test("vlan: a Subnet whose Vlan does not exist says so and serves nobody, and goes on when it is there", () => {
  const lab = cluster();
  lab.subnet("underlay", { cidrBlock: "10.66.0.0/24", vlan: "v7" });
  lab.pod("default/p", { logical_switch: "underlay" });
  lab.settle();
  assertEquals(lab.ready("underlay"), "False ValidateSubnetVlanFailed");
  assertEquals(["Validated", "Error"].map((type) => lab.condition(Subnet, "underlay", type)?.status), [
    "True",
    "True",
  ]);
  assertMatch(lab.condition(Subnet, "underlay")!.message, /spec.vlan: Vlan "v7" does not exist/);
  assertEquals(lab.addressOf("default/p"), undefined);
  lab.atRest();
  lab.vlan("v7", { id: 70, provider: "net0" });
  lab.settle();
  const { ip_address, vlan_id, provider_network, logical_router } = lab.told(Pod, "default/p");
  assertEquals([ip_address, vlan_id, provider_network, logical_router], [
    "10.66.0.2",
    "70",
    "net0",
    undefined,
  ]);
  lab.atRest();
});

Deno.test("vlan: what a pod was told of its Vlan stays when that is edited or deleted, and its Subnet can go after it", () => {
  const lab = cluster();
  lab.vlan("v7", { id: 70, provider: "net0" });
  lab.subnet("underlay", { cidrBlock: "10.66.0.0/24", vlan: "v7" });
  lab.settle();
  lab.pod("default/p", { logical_switch: "underlay" });
  lab.settle();
  lab.merge(Vlan, "v7", { spec: { id: 71 } });
  lab.settle();
  assertEquals(lab.told(Pod, "default/p").vlan_id, "70");
  lab.atRest();
  lab.delete(Vlan, "v7");
  lab.settle();
  assertEquals(lab.get(Vlan, "v7"), undefined, "a Subnet does not hold its Vlan");
  assertEquals([lab.ready("underlay"), lab.addressOf("default/p")], [
    "False ValidateSubnetVlanFailed",
    "10.66.0.2",
  ]);
  lab.atRest();
  lab.delete(Subnet, "underlay");
  lab.kill("default/p");
  lab.settle();
  assertEquals(lab.get(Subnet, "underlay"), undefined);
  lab.atRest();
});

Deno.test("vlan: a namespace is bound to a Subnet as long as its Vlan is there, and again when it is back", () => {
  const lab = cluster();
  lab.vlan("v7", { id: 70, provider: "net0" });
  lab.subnet("underlay", { cidrBlock: "10.66.0.0/24", vlan: "v7", namespaces: ["default"] });
  lab.settle();
  assertEquals(lab.bindingOf("default"), "underlay");
  lab.delete(Vlan, "v7");
  lab.settle();
  assertEquals(lab.bindingOf("default"), "ovn-default");
  lab.atRest();
  lab.vlan("v7", { id: 70, provider: "net0" });
  lab.settle();
  assertEquals(lab.bindingOf("default"), "underlay");
  lab.atRest();
});
