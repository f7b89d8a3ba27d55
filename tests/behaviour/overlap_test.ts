/** Two Subnets that overlap: both are never Ready. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Subnet } from "../../crds/subnet.ts";
import type { Condition } from "../../reconcile/kind.ts";
import { type Cluster, cluster } from "./cluster.ts";

const READY = "True ResetLogicalSwitchAclSuccess", LOST = "False ValidateLogicalSwitchFailed";

/** A cluster in which both of two Subnets are never Ready at once. */
function watched(...[a, b]: readonly [string, string]): Cluster {
  const lab = cluster();
  const isReady = (name: string) =>
    lab.get(Subnet, name)?.status?.conditions?.some((c: Condition) =>
      c.type === "Ready" && c.status === "True"
    );
  lab.server.onCommit(() => assert(!(isReady(a) && isReady(b)), "both are Ready"));
  return lab;
}

const both = (lab: Cluster) => [lab.ready("first"), lab.ready("second")];

Deno.test("overlap: who comes first wins; the other names it and the remedy, and takes over when it goes", () => {
  const lab = watched("first", "second");
  lab.subnet("first", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  lab.subnet("second", { cidrBlock: "10.66.0.128/25", namespaces: ["default"] });
  lab.settle();
  assertEquals(both(lab), [READY, LOST]);
  assertMatch(
    lab.condition(Subnet, "second")!.message,
    /^spec\.cidrBlock: 10\.66\.0\.128\/25 overlaps 10\.66\.0\.0\/24 of Subnet first, .*; choose a block of its own, or delete/,
  );
  assertEquals([lab.get(Subnet, "second")?.metadata.finalizers, lab.bindingOf("default")], [
    undefined,
    "ovn-default",
  ]);
  lab.atRest();
  lab.delete(Subnet, "first");
  lab.settle();
  assertEquals([lab.ready("second"), lab.bindingOf("default")], [READY, "second"]);
  lab.atRest();
});

Deno.test("overlap: of two that come in one second one wins, and the order they came in decides nothing", () => {
  for (const order of [["first", "second"], ["second", "first"]]) {
    const lab = watched("first", "second");
    for (const name of order) lab.subnet(name, { cidrBlock: "10.66.0.0/24" });
    lab.settle();
    assertEquals(both(lab).sort(), [LOST, READY]);
    lab.pod("default/a", { logical_switch: "first" });
    lab.pod("default/b", { logical_switch: "second" });
    lab.settle();
    const got = lab.addresses("a", "b");
    assertEquals(got.filter((address) => address !== undefined), ["10.66.0.2"]);
    lab.atRest();
  }
});

Deno.test("overlap: an edit into another's block loses, whoever is older; its pods keep their addresses", () => {
  const lab = cluster();
  lab.subnet("first", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  lab.subnet("second", { cidrBlock: "10.67.0.0/24" });
  lab.settle();
  lab.pod("default/a", { logical_switch: "first" });
  lab.pod("default/b", { logical_switch: "second" });
  lab.settle();
  lab.merge(Subnet, "first", { spec: { cidrBlock: "10.66.0.0/15" } });
  lab.settle();
  assertEquals(both(lab), [LOST, READY]);
  assertMatch(lab.condition(Subnet, "first")!.message, /overlaps 10\.67\.0\.0\/24 of Subnet second/);
  assertEquals(lab.addresses("a", "b"), ["10.66.0.2", "10.67.0.2"]);
  lab.atRest();
  lab.merge(Subnet, "first", { spec: { cidrBlock: "10.66.0.0/24" } });
  lab.settle();
  assertEquals(both(lab), [READY, READY]);
  lab.atRest();
});

Deno.test("overlap: whose right its addresses were loses it with the last of them, and its namespace is told", () => {
  const lab = cluster();
  lab.subnet("first", { cidrBlock: "10.66.1.0/24" });
  lab.settle({ ms: 1_000 });
  lab.subnet("second", { cidrBlock: "10.66.0.0/24,fd66::/120", namespaces: ["default"] });
  lab.pod("default/a", { logical_switch: "first" });
  lab.pod("default/b", { logical_switch: "second", ip_family: "ipv4" });
  // So it keeps our finalizer.
  lab.pod("default/c", { logical_switch: "second", ip_family: "ipv6" });
  lab.settle();
  lab.merge(Subnet, "first", { spec: { cidrBlock: "10.66.0.0/23" } });
  lab.settle();
  assertEquals([both(lab), lab.bindingOf("default")], [[LOST, READY], "second"]);
  lab.kill("default/b");
  lab.settle();
  assertEquals([both(lab), lab.bindingOf("default")], [[LOST, LOST], "ovn-default"]);
  lab.atRest();
  lab.kill("default/c");
  lab.settle();
  assertEquals([both(lab), lab.bindingOf("default")], [[READY, LOST], "ovn-default"]);
  lab.atRest();
});

Deno.test("overlap: a dual-stack Subnet loses also where only one family overlaps", () => {
  const lab = watched("first", "second");
  lab.subnet("first", { cidrBlock: "fd00:66::/112" });
  lab.settle();
  lab.subnet("second", { cidrBlock: "10.66.0.0/24,fd00:66::/64" });
  lab.settle();
  assertEquals(both(lab), [READY, LOST]);
  lab.atRest();
});

const legal: Readonly<Record<string, Subnet["spec"]>> = {
  "another Vpc": { vpc: "blue" },
  "another vlan": { vlan: "v2" },
  "another provider": { provider: "mv.default" },
};
for (const [what, spec] of Object.entries(legal)) {
  Deno.test(`overlap: with a Subnet of ${what} is none`, () => {
    const lab = cluster();
    lab.vpc("blue");
    lab.vlan("v2");
    lab.subnet("first", { cidrBlock: "10.66.0.0/24" });
    lab.subnet("second", { cidrBlock: "10.66.0.0/24", ...spec });
    lab.settle();
    assertEquals([lab.ready("first"), lab.ready("second")?.split(" ")[0]], [READY, "True"]);
    lab.atRest();
  });
}

Deno.test("overlap: with the default Subnet is refused like any other", () => {
  const lab = watched("ovn-default", "second");
  lab.subnet("second", { cidrBlock: "10.16.128.0/24" });
  lab.settle();
  assertEquals(lab.ready("second"), LOST);
  lab.atRest();
});
