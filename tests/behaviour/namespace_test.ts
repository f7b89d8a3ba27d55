/** What namespaces are told. @see F3 */
import { assertEquals, assertMatch } from "@std/assert";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { cluster } from "./cluster.ts";

const RED = { matchLabels: { team: "red" } };

Deno.test("F3-9: entries of all annotations are of the same Subnets in the same order", () => {
  const lab = cluster();
  lab.subnet("z", { cidrBlock: "10.66.0.0/24,fd00:66::/112", namespaces: ["default"] });
  lab.settle();
  lab.subnet("a", { cidrBlock: "10.67.0.0/24", excludeIps: ["10.67.0.9"], namespaceSelectors: [RED] });
  lab.merge(Namespace, "default", { metadata: { labels: { team: "red" } } });
  lab.settle();
  assertEquals(lab.told(Namespace, "default"), {
    logical_switch: "z,a",
    cidr: "10.66.0.0/24,fd00:66::/112;10.67.0.0/24",
    exclude_ips: "10.66.0.1,fd00:66::1;10.67.0.1,10.67.0.9",
  });
  lab.atRest();
});

Deno.test("F3-9: two Subnets of one second are ordered by name, whatever comes first and however often", () => {
  for (const names of [["b", "a"], ["a", "b"]]) {
    const lab = cluster();
    for (const [i, name] of names.entries()) {
      lab.subnet(name, { cidrBlock: `10.${60 + i}.0.0/24`, namespaces: ["default"] });
    }
    lab.settle();
    for (let i = 0; i < 20; i++) {
      lab.merge(Subnet, names[i % 2]!, { spec: { mtu: 1400 + i } });
      if (i % 5 === 0) lab.start();
      lab.settle();
      assertEquals(lab.bindingOf("default"), "a,b");
    }
    lab.atRest();
  }
});

Deno.test("namespace: annotations of others are left alone, also under our prefix", () => {
  const lab = cluster();
  const annotations = { "example.com/theirs": "1", "ovn.kubernetes.io/whatever": "2" };
  lab.merge(Namespace, "default", { metadata: { annotations } });
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  const shown = lab.get(Namespace, "default")!.metadata.annotations!;
  assertEquals({ ...shown, ...annotations }, shown);
  lab.atRest();
});

Deno.test("F3-12: a namespace that names a missing Subnet by hand is put right in one write; its pods are served", () => {
  const lab = cluster();
  const mark = lab.sent.length;
  lab.merge(Namespace, "default", {
    metadata: { annotations: { "ovn.kubernetes.io/logical_switch": "ghost" } },
  });
  lab.pod("default/p");
  lab.settle();
  assertEquals(lab.writes(mark).filter((write) => write.endsWith("Namespace/default")).length, 1);
  assertEquals([lab.bindingOf("default"), lab.addressOf("default/p")], ["ovn-default", "10.16.0.2"]);
  lab.atRest();
});

Deno.test("F3-12: while no Subnet serves it, what it names by hand stays without a write; its pods say why, and go on by themselves", () => {
  const lab = cluster();
  lab.delete(Subnet, "ovn-default");
  lab.settle();
  const mark = lab.sent.length;
  lab.merge(Namespace, "default", {
    metadata: { annotations: { "ovn.kubernetes.io/logical_switch": "ghost" } },
  });
  lab.pod("default/p");
  lab.settle();
  assertEquals([lab.writes(mark), lab.addressOf("default/p")], [[], undefined]);
  assertMatch(lab.warnings(Pod, "default/p")[0]!, /NoSubnet: .*Subnet ovn-default does not exist/);
  lab.subnet("ovn-default", { cidrBlock: "10.17.0.0/16", default: true });
  lab.settle();
  assertEquals([lab.bindingOf("default"), lab.addressOf("default/p")], ["ovn-default", "10.17.0.2"]);
  lab.atRest();
});

Deno.test("F3-10: an edit of a custom Vpc's defaultSubnet is followed, also where no Subnet names the namespace", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.vpc("blue", { namespaces: ["app"], defaultSubnet: "a" });
  lab.subnet("a", { cidrBlock: "10.66.0.0/24", vpc: "blue" });
  lab.subnet("b", { cidrBlock: "10.67.0.0/24", vpc: "blue" });
  lab.settle();
  assertEquals(lab.bindingOf("app"), "a");
  lab.merge(Vpc, "blue", { spec: { defaultSubnet: "b" } });
  lab.settle();
  lab.pod("app/p");
  lab.settle();
  assertEquals([lab.bindingOf("app"), lab.addressOf("app/p")], ["b", "10.67.0.2"]);
  lab.atRest();
});

Deno.test("F3-10: a custom Vpc's defaultSubnet comes first, once, with its block", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.vpc("blue", { namespaces: ["app"], defaultSubnet: "main" });
  lab.subnet("other", { cidrBlock: "10.66.0.0/24", vpc: "blue", namespaces: ["app"] });
  lab.settle();
  lab.subnet("main", { cidrBlock: "10.67.0.0/24", vpc: "blue", namespaces: ["app"] });
  lab.settle();
  assertEquals(lab.told(Namespace, "app").logical_switch, "main,other");
  assertEquals(lab.told(Namespace, "app").cidr, "10.67.0.0/24;10.66.0.0/24");
  lab.merge(Vpc, "blue", { spec: { defaultSubnet: "other" } });
  lab.settle();
  assertEquals(lab.bindingOf("app"), "other,main");
  lab.atRest();
});

Deno.test("namespace: one of a custom Vpc without a Subnet of its own gets that Vpc's default, and its pods too", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.vpc("blue", { namespaces: ["app"] });
  lab.settle();
  assertEquals(lab.bindingOf("app"), "ovn-default");
  lab.subnet("own", { cidrBlock: "10.66.0.0/24", vpc: "blue", default: true });
  lab.settle();
  lab.pod("app/p");
  lab.settle();
  assertEquals([lab.bindingOf("app"), lab.addressOf("app/p")], ["own", "10.66.0.2"]);
  lab.merge(Vpc, "blue", { spec: { namespaces: [] } });
  lab.settle();
  assertEquals([lab.bindingOf("app"), lab.addressOf("app/p")], ["ovn-default", "10.66.0.2"]);
  lab.atRest();
});

Deno.test("namespace: labels bind and unbind, also beside names", () => {
  const lab = cluster();
  lab.namespace("labelled", { team: "red" });
  lab.namespace("named");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["named"], namespaceSelectors: [RED] });
  lab.settle();
  assertEquals([lab.bindingOf("labelled"), lab.bindingOf("named")], ["sn", "sn"]);
  lab.merge(Namespace, "labelled", { metadata: { labels: { team: "blue" } } });
  lab.merge(Subnet, "sn", { spec: { namespaces: [] } });
  lab.settle();
  assertEquals([lab.bindingOf("labelled"), lab.bindingOf("named")], ["ovn-default", "ovn-default"]);
  lab.atRest();
});
