/** What Kube-OVN left behind does not always fit together. */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Cluster } from "./cluster.ts";
import { before, MAC, record, told } from "./kube_ovn.ts";

Deno.test("adoption: where record and pod differ the pod is right", () => {
  const lab = before();
  lab.pod("default/p", told("10.66.0.9"));
  record(lab, "p", "10.66.0.10");
  lab.start();
  assertEquals(lab.addressOf("default/p"), "10.66.0.9");
  assertEquals(lab.get(IP, "p.default")?.spec.v4IpAddress, "10.66.0.9");
  assertEquals(lab.claims("sn"), { "10.66.0.9": "p.default" });
  lab.atRest();
});

Deno.test("adoption: two pods that show one address keep showing it, both say so, and nobody else gets it", () => {
  const lab = before();
  for (const name of ["a", "b"]) {
    lab.pod(`default/${name}`, told("10.66.0.9"));
    record(lab, name, "10.66.0.9");
  }
  lab.start();
  lab.pod("default/thief", { ip_address: "10.66.0.9" });
  lab.settle();
  assertEquals(lab.addresses("a", "b", "thief"), ["10.66.0.9", "10.66.0.9", undefined]);
  for (const name of ["a", "b"]) {
    assertMatch(lab.warnings(Pod, `default/${name}`)[0] ?? "", /AddressConflict: 10\.66\.0\.9/);
  }
  lab.atRest();
  lab.kill("default/a");
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.66.0.9": "b.default" });
  lab.atRest();
});

Deno.test("adoption: a pod of a Subnet that is gone keeps what it shows, says what is missing, and goes without a trace", () => {
  const lab = new Cluster();
  lab.pod("default/p", told("10.66.0.9"));
  record(lab, "p", "10.66.0.9");
  lab.start();
  assertEquals(lab.addressOf("default/p"), "10.66.0.9");
  assertMatch(lab.warnings(Pod, "default/p")[0]!, /NoSubnet: Subnet sn of 10\.66\.0\.9 does not exist/);
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals(lab.records(), []);
  lab.atRest();
});

Deno.test("adoption: a reservation stays one", () => {
  const lab = before();
  record(lab, "web", "10.66.0.9", { reserved: true });
  lab.start();
  const { labels, finalizers } = lab.get(IP, "web.default")!.metadata;
  assertEquals([labels?.["ovn.kubernetes.io/ip_reserved"], finalizers], ["true", undefined]);
  assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default", [MAC]: "web.default" });
  lab.atRest();
});

Deno.test("adoption: a record of an object that we do not know stays, and its address is given to nobody", () => {
  const lab = before();
  const name = "router-port.ovn-cluster.sn";
  record(lab, name, "10.66.0.2", { name, namespace: "" });
  lab.pod("default/p");
  lab.start();
  assertEquals([lab.addressOf("default/p"), lab.records()], ["10.66.0.3", ["p.default", name]]);
  assertEquals(lab.claims("sn"), { "10.66.0.2": name, "10.66.0.3": "p.default" });
  lab.atRest();
});

Deno.test("adoption: a record of another interface of a pod lives as long as the pod", () => {
  const lab = before();
  lab.create(Subnet, {
    metadata: { name: "net1" },
    spec: { cidrBlock: "10.66.0.0/24", provider: "net1.default" },
  });
  lab.pod("default/p", told("10.66.0.9"));
  record(lab, "p", "10.66.0.9");
  record(lab, "p", "10.66.0.10", { name: "p.default.net1.default", subnet: "net1" });
  lab.start();
  assertEquals([lab.claims("sn"), lab.claims("net1")], [{ "10.66.0.9": "p.default" }, {
    "10.66.0.10": "p.default.net1.default",
  }]);
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals([lab.records(), lab.claims("net1")], [[], {}]);
  lab.atRest();
});

for (const recorded of [false, true]) {
  Deno.test(`adoption: a pod outside its Subnet's block, or on its gateway, keeps showing that and harms nobody${recorded ? " (recorded)" : ""}`, () => {
    const lab = before();
    for (const [name, address] of [["outside", "10.99.0.9"], ["gateway", "10.66.0.1"]] as const) {
      lab.pod(`default/${name}`, told(address));
      if (recorded) record(lab, name, address);
    }
    lab.pod("default/good", told("10.66.0.9"));
    lab.start();
    lab.pod("default/new");
    lab.settle();
    assertEquals(lab.addresses("outside", "gateway", "good", "new"), [
      "10.99.0.9",
      "10.66.0.1",
      "10.66.0.9",
      "10.66.0.2",
    ]);
    assertEquals([lab.ready("sn"), lab.claims("sn")], ["True ResetLogicalSwitchAclSuccess", {
      "10.66.0.2": "new.default",
      "10.66.0.9": "good.default",
    }]);
    assertMatch(
      lab.warnings(Pod, "default/outside")[0]!,
      /AddressOutOfRange: Subnet sn: 10\.99\.0\.9 is outside .*, and not taken over/,
    );
    assertMatch(
      lab.warnings(Pod, "default/gateway")[0]!,
      /AddressConflict: Subnet sn: 10\.66\.0\.1 is the gateway, and not taken over/,
    );
    lab.atRest();
    lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.64.0.0/10", gateway: "10.66.0.254" } });
    lab.settle();
    assertEquals(Object.keys(lab.claims("sn")).sort(), ["10.66.0.1", "10.66.0.2", "10.66.0.9", "10.99.0.9"]);
    for (const name of ["outside", "gateway", "good", "new"]) lab.kill(`default/${name}`);
    lab.settle();
    assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
    lab.atRest();
  });
}
