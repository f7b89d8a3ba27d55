/** How a Subnet goes. @see F1 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

function with_(spec: Subnet["spec"]): Cluster {
  const lab = cluster();
  lab.subnet("sn", { namespaces: ["default"], ...spec });
  return lab.settle();
}

Deno.test("end: an unused Subnet goes at once, and its namespaces fall back to the default", () => {
  const lab = with_({ cidrBlock: "10.66.0.0/24" });
  assertEquals(lab.bindingOf("default"), "sn");
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals([lab.get(Subnet, "sn"), lab.bindingOf("default")], [undefined, "ovn-default"]);
  lab.atRest();
});

Deno.test("end: a Subnet that is going gives out nothing; one of its name that follows serves who waited (F1-2)", () => {
  const lab = with_({ cidrBlock: "10.66.0.0/24" });
  lab.pod("default/old");
  lab.settle();
  lab.delete(Subnet, "sn");
  lab.pod("default/new", { logical_switch: "sn" });
  lab.settle();
  assertEquals([lab.addressOf("default/new"), lab.bindingOf("default")], [undefined, "ovn-default"]);
  assertMatch(
    lab.warnings(Pod, "default/new")[0]!,
    /NoSubnet: Subnet sn cannot be used: it is being deleted/,
  );
  lab.atRest();
  lab.kill("default/old");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn"), undefined);
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  assertMatch(lab.addressOf("default/new") ?? "", /^10\.66\.0\./);
  lab.atRest();
});

const edits: Readonly<Record<string, Subnet["spec"]>> = {
  "a gateway outside": { gateway: "10.99.0.1" },
  "a typo in excludeIps": { excludeIps: ["10.66.0.x"] },
  "a missing Vpc": { vpc: "ghost" },
  "another block": { cidrBlock: "10.77.0.0/24", gateway: "10.77.0.1" },
  "no block": { cidrBlock: "" },
};
for (const [what, spec] of Object.entries(edits)) {
  Deno.test(`end: a Subnet edited to ${what} and then deleted stays while it is used, and goes after (F1-8)`, () => {
    const lab = with_({ cidrBlock: "10.66.0.0/24" });
    lab.pod("default/p");
    lab.settle();
    lab.merge(Subnet, "sn", { spec });
    lab.settle();
    lab.delete(Subnet, "sn");
    lab.settle();
    assertEquals(lab.condition(Subnet, "sn", "Deletable")?.message, "AddressClaim sn.10.66.0.2");
    assertEquals(lab.addressOf("default/p"), "10.66.0.2");
    lab.kill("default/p");
    lab.settle();
    assertEquals(lab.get(Subnet, "sn"), undefined);
    lab.atRest();
  });
}

Deno.test("end: a pod on an excluded address holds its Subnet although it is counted nowhere (F1-9)", () => {
  const lab = with_({ cidrBlock: "10.66.0.0/24", excludeIps: ["10.66.0.9"] });
  lab.pod("default/p", { ip_address: "10.66.0.9" });
  lab.settle();
  assertEquals(lab.get(Subnet, "sn")?.status?.v4usingIPs, 0);
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals(lab.condition(Subnet, "sn", "Deletable")?.reason, "InUse");
  lab.kill("default/p");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn"), undefined);
  lab.atRest();
});

Deno.test("end: a pod of one family holds a dual-stack Subnet as long as one of both (F1-10)", () => {
  const lab = with_({ cidrBlock: "10.66.0.0/24,fd00:66::/112" });
  for (const family of ["ipv4", "ipv6"]) lab.pod(`default/${family}`, { ip_family: family });
  lab.settle();
  lab.delete(Subnet, "sn");
  lab.kill("default/ipv4");
  lab.settle();
  assertEquals(lab.condition(Subnet, "sn", "Deletable")?.message, "AddressClaim sn.6xfd00-66--2x");
  lab.kill("default/ipv6");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn"), undefined);
  lab.atRest();
});

Deno.test("end: a Subnet that replaces one removed by force hands out nothing that its predecessor's pods have (F1-11)", () => {
  const lab = with_({ cidrBlock: "10.66.0.0/29" });
  lab.pod("default/old");
  lab.settle();
  const { uid } = lab.get(Subnet, "sn")!.metadata;
  lab.delete(Subnet, "sn");
  lab.strip(Subnet, "sn");
  lab.settle();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/28", namespaces: ["default"] });
  lab.settle();
  assertNotEquals(lab.get(Subnet, "sn")!.metadata.uid, uid);
  lab.pod("default/new");
  lab.pod("default/asks", { ip_address: "10.66.0.2" });
  lab.settle();
  assertEquals(lab.addresses("new", "asks"), ["10.66.0.3", undefined]);
  assertEquals(lab.addressOf("default/old"), "10.66.0.2");
  lab.kill("default/old");
  lab.settle();
  assertEquals(lab.addressOf("default/asks"), "10.66.0.2");
  lab.atRest();
});

Deno.test("end: so with another block: new pods get nothing of the old one", () => {
  const lab = with_({ cidrBlock: "10.66.0.0/24" });
  lab.pod("default/old");
  lab.settle();
  lab.delete(Subnet, "sn");
  lab.strip(Subnet, "sn");
  lab.subnet("sn", { cidrBlock: "10.77.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/new");
  lab.settle();
  assertEquals(lab.addresses("new", "old"), ["10.77.0.2", "10.66.0.2"]);
  assertEquals(lab.get(Subnet, "sn")?.status?.v4usingIPrange, "10.77.0.2");
  lab.kill("default/old");
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.77.0.2": "new.default" });
  lab.atRest();
});

Deno.test("end: a finalizer of somebody else is left alone, and named", () => {
  const lab = with_({ cidrBlock: "10.66.0.0/24" });
  const ours = lab.get(Subnet, "sn")!.metadata.finalizers!;
  lab.merge(Subnet, "sn", { metadata: { finalizers: [...ours, "example.com/theirs"] } });
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn")?.metadata.finalizers, ["example.com/theirs"]);
  const { reason, message } = lab.condition(Subnet, "sn", "Deletable")!;
  assertEquals([reason, message], ["WaitingForForeignFinalizer", "example.com/theirs"]);
  lab.atRest();
  lab.strip(Subnet, "sn");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn"), undefined);
});
