/** Which addresses a pod gets. */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Everybody in namespace `default` is served by one Subnet. */
function served(spec: Subnet["spec"]): Cluster {
  const lab = cluster();
  lab.subnet("sn", { namespaces: ["default"], ...spec });
  return lab.settle();
}

/** Pods of these names, one after the other, and what each got. */
function served1by1(lab: Cluster, ...names: readonly string[]): readonly (string | undefined)[] {
  return names.map((name) => {
    lab.pod(`default/${name}`);
    return lab.settle().addressOf(`default/${name}`);
  });
}

Deno.test("allocation: fresh addresses come first, lowest first; those given back come last, lowest first", () => {
  const lab = served({ cidrBlock: "10.66.0.0/29" });
  assertEquals(served1by1(lab, "a", "b", "c"), ["10.66.0.2", "10.66.0.3", "10.66.0.4"]);
  lab.kill("default/b");
  lab.kill("default/a");
  lab.settle();
  assertEquals(served1by1(lab, "d", "e", "f", "g"), ["10.66.0.5", "10.66.0.6", "10.66.0.2", "10.66.0.3"]);
  lab.atRest();
});

Deno.test("allocation: a fixed address is the one that was asked for, in canonical text, whatever its spelling", () => {
  const lab = served({ cidrBlock: "10.66.0.0/24,fd00:66::/112" });
  lab.pod("default/plain", { ip_address: "10.66.0.77,fd00:66::77" });
  lab.pod("default/turned", { ip_address: "FD00:66:0:0:0:0:0:78 , 10.66.0.78" });
  lab.pod("default/with-length", { ip_address: "10.66.0.79/24,fd00:66::0079/112" });
  lab.settle();
  for (const [name, last] of [["plain", 77], ["turned", 78], ["with-length", 79]]) {
    assertEquals(lab.addressOf(`default/${name}`), `10.66.0.${last},fd00:66::${last}`);
  }
  lab.atRest();
});

Deno.test("allocation: of two pods that ask for one address the second is told who has it, and gets it next", () => {
  const lab = served({ cidrBlock: "10.66.0.0/24" });
  for (const name of ["first", "second", "third"]) {
    lab.pod(`default/${name}`, { ip_address: "10.66.0.9" });
    lab.settle();
  }
  assertEquals(lab.warnings(Pod, "default/second"), [
    "AcquireAddressFailed AddressConflict: Subnet sn: 10.66.0.9 is held by IP first.default",
  ]);
  assertEquals([lab.addressOf("default/second"), lab.claims("sn")], [undefined, {
    "10.66.0.9": "first.default",
  }]);
  lab.kill("default/first");
  lab.settle();
  assertEquals(lab.addresses("second", "third"), ["10.66.0.9", undefined]);
  lab.atRest();
});

Deno.test("allocation: the first element of a list that can be had is taken, in every form of ip_pool", () => {
  const lab = served({ cidrBlock: "10.66.0.0/24,fd00:66::/112" });
  const lists: Readonly<Record<string, string>> = {
    list: "10.66.0.10,10.66.0.11",
    "list-v6": "fd00:66::10,fd00:66::11",
    pairs: "10.66.0.20,fd00:66::20;10.66.0.21,fd00:66::21",
    pair: "10.66.0.30,fd00:66::30",
  };
  for (const [form, list] of Object.entries(lists)) {
    for (const nth of ["one", "two"]) lab.pod(`default/${form}-${nth}`, { ip_pool: list });
    lab.settle();
  }
  const got = (name: string) => lab.addressOf(`default/${name}`);
  assertEquals([got("list-one"), got("list-two")], ["10.66.0.10,fd00:66::2", "10.66.0.11,fd00:66::3"]);
  assertEquals([got("list-v6-one"), got("list-v6-two")], ["10.66.0.2,fd00:66::10", "10.66.0.3,fd00:66::11"]);
  assertEquals([got("pairs-one"), got("pairs-two")], ["10.66.0.20,fd00:66::20", "10.66.0.21,fd00:66::21"]);
  assertEquals([got("pair-one"), got("pair-two")], ["10.66.0.30,fd00:66::30", undefined]);
  lab.atRest();
});

Deno.test("allocation: ip_family restricts a dual-stack Subnet to one family, and contradicts the other one", () => {
  const lab = served({ cidrBlock: "10.66.0.0/24,fd00:66::/112" });
  lab.pod("default/four", { ip_family: "IPv4" });
  lab.pod("default/six", { ip_family: "ipv6" });
  lab.pod("default/both", { ip_address: "10.66.0.50" });
  lab.pod("default/wrong", { ip_family: "ipv6", ip_address: "10.66.0.60" });
  lab.settle();
  assertEquals(lab.addressOf("default/four"), "10.66.0.2");
  assertEquals(lab.addressOf("default/six"), "fd00:66::2");
  assertEquals(lab.addressOf("default/both"), "10.66.0.50,fd00:66::3");
  assertMatch(lab.warnings(Pod, "default/wrong")[0]!, /AcquireAddressFailed InvalidIPFamily: /);
  assertEquals(lab.told(Pod, "default/four").gateway, "10.66.0.1,fd00:66::1");
  lab.atRest();
});

Deno.test("allocation: a pod that asks for a family is served by the first Subnet that has it, and else is told so", () => {
  const lab = cluster();
  lab.subnet("four", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/six", { ip_family: "ipv6" });
  lab.pod("default/any", { ip_family: "ipv4" });
  lab.settle();
  assertEquals(lab.addresses("six", "any"), [undefined, "10.66.0.2"]);
  assertEquals(lab.warnings(Pod, "default/six"), [
    "AcquireAddressFailed InvalidIPFamily: Subnet four: it has no IPv6 addresses, which ip_family asks for",
  ]);
  lab.subnet("six", { cidrBlock: "fd00:66::/112", namespaces: ["default"] });
  lab.settle();
  assertEquals(lab.addressOf("default/six"), "fd00:66::2");
  lab.atRest();
});

Deno.test("allocation: of a dual-stack Subnet a pod gets both addresses or none", () => {
  const lab = served({ cidrBlock: "10.66.0.0/24,fd00:66::/127" });
  lab.pod("default/a");
  lab.settle();
  lab.pod("default/b");
  lab.settle();
  assertEquals(lab.addressOf("default/a"), "10.66.0.2,fd00:66::1");
  assertEquals([lab.addressOf("default/b"), lab.records()], [undefined, ["a.default"]]);
  assertMatch(lab.warnings(Pod, "default/b")[0]!, /NoAvailableAddress: Subnet sn: no IPv6 address is left/);
  lab.kill("default/a");
  lab.settle();
  assertEquals(lab.addressOf("default/b"), "10.66.0.3,fd00:66::1");
  lab.atRest();
});

Deno.test("allocation: an excluded address is given only to who asks for it, and to one of them", () => {
  const lab = served({ cidrBlock: "10.66.0.0/29", excludeIps: ["10.66.0.3..10.66.0.5"] });
  assertEquals(served1by1(lab, "a", "b", "c"), ["10.66.0.2", "10.66.0.6", undefined]);
  lab.pod("default/x", { ip_address: "10.66.0.4" });
  lab.settle();
  lab.pod("default/y", { ip_address: "10.66.0.4" });
  lab.settle();
  assertEquals(lab.addresses("x", "y"), ["10.66.0.4", undefined]);
  assertMatch(lab.warnings(Pod, "default/y")[0]!, /AddressConflict: .* held by IP x.default/);
  assertEquals(lab.get(Subnet, "sn")?.status?.v4usingIPs, 2);
  lab.atRest();
});
