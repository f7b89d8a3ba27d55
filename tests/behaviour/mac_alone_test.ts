/** Subnets without a block: a MAC address is all that their pods have, and it is nobody else's. */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { NETWORKS } from "../../crds/annotations.ts";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { MULTUS } from "../../sandbox/foreign.ts";
import { type Cluster, Cluster as Unstarted, cluster } from "./cluster.ts";

const MAC = "0a:00:5e:00:53:01";
const DERIVED = /^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/;

/** `macs` without a block, `sn` with one. */
function served(spec: Subnet["spec"] = {}): Cluster {
  const lab = cluster({ served: [MULTUS] });
  lab.vlan("v1");
  lab.subnet("macs", { vlan: "v1", ...spec });
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24" });
  return lab.settle();
}

const macOf = (lab: Cluster, name: string): string | undefined => {
  const { allocated, mac_address } = lab.told(Pod, `default/${name}`);
  return allocated === "true" ? mac_address : undefined;
};

Deno.test("mac alone: a pod is told its MAC and its Subnet, and nothing of IP addresses; nothing is counted", () => {
  const lab = served();
  lab.pod("default/p", { logical_switch: "macs" });
  lab.settle();
  const mac = macOf(lab, "p")!;
  assertMatch(mac, DERIVED);
  assertEquals(lab.told(Pod, "default/p"), {
    allocated: "true",
    logical_switch: "macs",
    mac_address: mac,
    pod_nic_type: "veth-pair",
    routed: "true",
  });
  const { ipAddress, v4IpAddress, v6IpAddress, macAddress, subnet } = lab.get(IP, "p.default")!.spec;
  assertEquals([ipAddress, v4IpAddress, v6IpAddress, macAddress, subnet], ["", "", "", mac, "macs"]);
  assertEquals(lab.claims("macs"), { [mac]: "p.default" });
  const { v4usingIPs, v4availableIPs, v6usingIPs, v4usingIPrange } = lab.get(Subnet, "macs")!.status!;
  assertEquals([v4usingIPs, v4availableIPs, v6usingIPs, v4usingIPrange], [0, 0, 0, ""]);
  lab.atRest();
});

Deno.test("mac alone: its Subnet stays for a pod until it is gone", () => {
  const lab = served();
  lab.pod("default/p", { logical_switch: "macs" });
  lab.settle();
  lab.delete(Subnet, "macs");
  lab.settle();
  const [claim] = lab.list(AddressClaim).filter(({ spec }) => spec.subnet === "macs");
  assertEquals(lab.verdict(Subnet, "macs", "Deletable"), `False InUse AddressClaim ${claim!.metadata.name}`);
  lab.kill("default/p");
  lab.settle();
  assertEquals([lab.get(Subnet, "macs"), lab.claims("macs"), lab.records()], [undefined, {}, []]);
  lab.atRest();
});

Deno.test("mac alone: one that was asked for is given, and a second pod waits until the first is gone", () => {
  const lab = served();
  for (const name of ["first", "second"]) {
    lab.pod(`default/${name}`, { logical_switch: "macs", mac_address: MAC.toUpperCase() });
    lab.settle();
  }
  assertEquals([macOf(lab, "first"), macOf(lab, "second")], [MAC, undefined]);
  assertEquals(lab.warnings(Pod, "default/second"), [
    `AcquireAddressFailed AddressConflict: Subnet macs: MAC ${MAC} is held by IP first.default`,
  ]);
  lab.kill("default/first");
  lab.settle();
  assertEquals(macOf(lab, "second"), MAC);
  lab.atRest();
});

Deno.test("mac alone: a derived one that somebody else already has is not given again", () => {
  const twin = served(), lab = served();
  const { uid } = twin.pod("default/p", { logical_switch: "macs" }).metadata;
  const derived = macOf(twin.settle(), "p")!;
  // The same uid derives the same MAC: `p` is the next object of both clusters.
  lab.smuggle(IP, {
    metadata: { name: "holder.default", uid: "holder", labels: { "ovn.kubernetes.io/ip_reserved": "true" } },
    spec: { podName: "holder", namespace: "default", subnet: "macs", macAddress: derived },
  });
  assertEquals(lab.pod("default/p", { logical_switch: "macs" }).metadata.uid, uid);
  lab.settle();
  assertMatch(macOf(lab, "p")!, DERIVED);
  assertNotEquals(macOf(lab, "p"), derived);
  assertEquals(lab.claims("macs")[derived], "holder.default");
  lab.atRest();
});

for (
  const [asked, says] of [
    [
      { ip_address: "10.66.0.5" },
      "AddressOutOfRange: Subnet macs: it has no cidrBlock, and so not 10.66.0.5",
    ],
    [
      { ip_pool: "10.66.0.5,10.66.0.6" },
      "AddressOutOfRange: Subnet macs: it has no cidrBlock, and so not 10.66.0.5",
    ],
    [{ ip_family: "ipv6" }, "InvalidIPFamily: Subnet macs: it has no cidrBlock, and so no IPv6 addresses"],
    [
      { ip_pool: "gold" },
      "NoAvailableAddress: Subnet macs: it has no cidrBlock, and so IPPool gold has nothing of it",
    ],
  ] as const
) {
  Deno.test(`mac alone: whoever asks for ${JSON.stringify(asked)} is told that there are none, and what to do`, () => {
    const lab = served();
    lab.pool("gold", { subnet: "macs", ips: ["10.66.0.5"] });
    lab.pod("default/p", { logical_switch: "macs", ...asked });
    lab.settle();
    assertEquals(lab.warnings(Pod, "default/p"), [
      `AcquireAddressFailed ${says}; name a Subnet with a cidrBlock, or ask for a MAC address alone`,
    ]);
    assertEquals(lab.claims("macs"), {});
    lab.atRest();
  });
}

Deno.test("mac alone: what needs IP addresses says that it finds none there: a pool, a Vip, the Subnet's own", () => {
  const lab = served({ u2oInterconnection: true, enableMulticastSnoop: true });
  lab.pool("gold", { subnet: "macs", ips: ["10.66.0.5"] });
  lab.vip("v", { subnet: "macs" });
  lab.settle();
  assertEquals(
    lab.condition(IPPool, "gold")?.message,
    "spec.subnet: Subnet macs has no cidrBlock, and so no IP addresses; name another one, or give it a block",
  );
  assertEquals(
    lab.verdict(Vip, "v"),
    "False NoSubnet Subnet macs cannot be used: spec.cidrBlock: there is none, and so it has MAC addresses alone; " +
      "give it a block, or name another Subnet",
  );
  for (
    const [type, field] of [["U2OInterconnection", "u2oInterconnection"], [
      "MulticastQuerier",
      "enableMulticastSnoop",
    ]] as const
  ) {
    assertEquals(
      lab.verdict(Subnet, "macs", type),
      `False CIDRInvalid spec.${field}: there is no spec.cidrBlock to take an address of; write one, or take this out`,
    );
  }
  lab.atRest();
});

Deno.test("mac alone: a namespace is bound to such a Subnet; where it has another one with a block, its pods get addresses", () => {
  const lab = served({ namespaces: ["default", "app"] });
  lab.namespace("app");
  lab.settle();
  assertEquals([lab.bindingOf("app"), lab.told(Namespace, "app").cidr], ["macs", ""]);
  lab.pod("default/bare");
  lab.settle();
  assertMatch(macOf(lab, "bare")!, DERIVED);
  assertEquals(lab.addressOf("default/bare"), undefined);
  lab.merge(Subnet, "sn", { spec: { namespaces: ["default"] } });
  lab.settle();
  assertEquals(lab.bindingOf("default"), "macs,sn");
  lab.pod("default/p");
  lab.pod("default/named", { logical_switch: "macs" });
  lab.settle();
  assertEquals([lab.addressOf("default/p"), lab.addressOf("default/named")], ["10.66.0.2", undefined]);
  lab.atRest();
});

Deno.test("mac alone: a Subnet that gets a block gives the next pods addresses, and those that are there keep what they have", () => {
  const lab = served({ namespaces: ["default"] });
  lab.pod("default/old");
  lab.settle();
  const before = lab.told(Pod, "default/old");
  lab.merge(Subnet, "macs", { spec: { cidrBlock: "10.67.0.0/24" } });
  lab.settle();
  lab.pod("default/new");
  lab.settle();
  assertEquals(lab.told(Pod, "default/old"), before);
  assertEquals(lab.addressOf("default/new"), "10.67.0.2");
  assertEquals(lab.get(Subnet, "macs")!.status!.v4usingIPs, 1);
  lab.atRest();
  lab.kill("default/old");
  lab.settle();
  assertEquals(lab.claims("macs"), { "10.67.0.2": "new.default" });
});

Deno.test("mac alone: a block does not go from under addresses, and goes when nobody has one", () => {
  const lab = served();
  lab.merge(Subnet, "macs", { spec: { cidrBlock: "10.67.0.0/24" } });
  lab.settle();
  lab.pod("default/p", { logical_switch: "macs" });
  lab.settle();
  lab.merge(Subnet, "macs", { spec: { cidrBlock: null } });
  lab.settle();
  assertMatch(
    lab.verdict(Subnet, "macs")!,
    /False .*spec.cidrBlock: 10.67.0.2 of IP p.default would fall out of it/,
  );
  assertEquals(lab.addressOf("default/p"), "10.67.0.2");
  lab.kill("default/p");
  lab.settle();
  lab.pod("default/next", { logical_switch: "macs" });
  lab.settle();
  assertMatch(macOf(lab, "next")!, DERIVED);
  lab.atRest();
});

Deno.test("mac alone: a record that is deleted comes back with the same MAC, and so does a claim", () => {
  const lab = served();
  lab.pod("default/p", { logical_switch: "macs" });
  lab.settle();
  const mac = macOf(lab, "p")!, [claim] = lab.list(AddressClaim).filter(({ spec }) => spec.address === mac);
  lab.delete(IP, "p.default");
  lab.settle();
  assertEquals([lab.get(IP, "p.default")?.spec.macAddress, macOf(lab, "p")], [mac, mac]);
  lab.delete(AddressClaim, claim!.metadata.name);
  lab.settle();
  assertEquals(lab.claims("macs"), { [mac]: "p.default" });
  lab.atRest();
});

Deno.test("mac alone: a pod of before our time keeps the MAC that it shows, whether Kube-OVN left a record or not", () => {
  const lab = new Unstarted(), told = { allocated: "true", logical_switch: "macs", routed: "true" };
  lab.vlan("v1");
  lab.subnet("macs", { vlan: "v1" });
  lab.pod("default/known", { ...told, mac_address: MAC, ip_address: "", cidr: "", gateway: "" });
  lab.pod("default/bare", { ...told, mac_address: "0A:00:5E:00:53:02" });
  const spec = { podName: "known", namespace: "default", subnet: "macs", ipAddress: "", macAddress: MAC };
  lab.create(IP, {
    metadata: { name: "known.default", labels: { "ovn.kubernetes.io/ip_reserved": "false" } },
    spec,
  });
  lab.start();
  assertEquals(lab.claims("macs"), { [MAC]: "known.default", "0a:00:5e:00:53:02": "bare.default" });
  assertEquals(lab.records(), ["bare.default", "known.default"]);
  lab.atRest();
});

Deno.test("mac alone: of two that showed one MAC before our time the older has it, and the other says so", () => {
  const lab = new Unstarted();
  const told = { allocated: "true", logical_switch: "macs", routed: "true", mac_address: MAC };
  lab.vlan("v1");
  lab.subnet("macs", { vlan: "v1" });
  lab.pod("default/older", told);
  lab.setForward({ hours: 1 });
  lab.pod("default/younger", told);
  lab.start();
  assertEquals(lab.claims("macs"), { [MAC]: "older.default" });
  assertMatch(lab.warnings(Pod, "default/younger")[0]!, /AddressConflict: 0a:00:5e:00:53:01/);
  lab.atRest();
});

Deno.test("mac alone: who only says that it was given one gets it by asking, like everybody", () => {
  const lab = served();
  lab.pod("default/holder", { logical_switch: "macs", mac_address: MAC });
  lab.settle();
  lab.pod("default/forger", { logical_switch: "macs", mac_address: MAC, allocated: "true" });
  lab.settle();
  assertEquals(lab.claims("macs"), { [MAC]: "holder.default" });
  assertMatch(lab.warnings(Pod, "default/forger")[0]!, /AddressConflict: .* is held by IP holder.default/);
  lab.atRest();
});

Deno.test("mac alone: taking the IP address off a pod makes no pod of MACs alone of it", () => {
  const lab = served();
  lab.pod("default/p", { logical_switch: "sn", mac_address: MAC });
  lab.settle();
  lab.merge(Pod, "default/p", { metadata: { annotations: { "ovn.kubernetes.io/ip_address": null } } });
  lab.delete(IP, "p.default");
  lab.settle();
  assertEquals([lab.addressOf("default/p"), macOf(lab, "p")], ["10.66.0.3", MAC]);
  assertEquals(lab.claims("sn"), { "10.66.0.3": "p.default", [MAC]: "p.default" });
  lab.atRest();
});

Deno.test("mac alone: an address that somebody writes to such a pod is taken away again", () => {
  const lab = served();
  lab.pod("default/p", { logical_switch: "macs" });
  lab.settle();
  const before = lab.told(Pod, "default/p");
  lab.merge(Pod, "default/p", {
    metadata: {
      annotations: { "ovn.kubernetes.io/ip_address": "10.66.0.9", "ovn.kubernetes.io/cidr": "10.66.0.0/24" },
    },
  });
  lab.settle();
  assertEquals(lab.told(Pod, "default/p"), before);
  lab.atRest();
});

Deno.test("mac alone: a reservation without addresses reserves a MAC, its own or a derived one, and its pod gets it", () => {
  const lab = served();
  const reserve = (podName: string, more: Partial<IP["spec"]> = {}) =>
    lab.create(IP, {
      metadata: { name: `${podName}.default` },
      spec: { podName, namespace: "default", subnet: "macs", ...more },
    });
  reserve("p", { macAddress: MAC });
  reserve("q");
  lab.settle();
  const drawn = lab.get(IP, "q.default")!.spec.macAddress!;
  assertMatch(drawn, DERIVED);
  assertEquals(lab.claims("macs"), { [MAC]: "p.default", [drawn]: "q.default" });
  for (const name of ["p", "q"]) lab.pod(`default/${name}`, { logical_switch: "macs" });
  lab.settle();
  assertEquals([macOf(lab, "p"), macOf(lab, "q")], [MAC, drawn]);
  reserve("r", { v4IpAddress: "10.66.0.9" });
  lab.settle();
  assertEquals(lab.warnings(IP, "r.default"), [
    "AcquireAddressFailed AddressOutOfRange: spec.ipAddress: Subnet macs has no cidrBlock, and so not 10.66.0.9; " +
    "name a Subnet that has one, or reserve a MAC address alone",
  ]);
  lab.merge(Subnet, "macs", { spec: { cidrBlock: "10.67.0.0/24" } });
  lab.settle();
  assertEquals([lab.get(IP, "q.default")!.spec.v4IpAddress, macOf(lab, "q")], ["", drawn]);
  lab.atRest();
});

Deno.test("mac alone: of two reservations of one MAC that came before their Subnet the older has it", () => {
  const lab = cluster();
  lab.vlan("v1");
  for (const podName of ["p", "q"]) {
    const spec = { podName, namespace: "default", subnet: "macs", macAddress: MAC };
    lab.create(IP, { metadata: { name: `${podName}.default` }, spec });
    lab.settle();
  }
  lab.subnet("macs", { vlan: "v1" });
  lab.settle();
  assertEquals(lab.claims("macs"), { [MAC]: "p.default" });
  assertMatch(lab.warnings(IP, "q.default").at(-1)!, /AddressConflict: spec.macAddress: 0a:00:5e:00:53:01/);
  lab.atRest();
});

Deno.test("mac alone: an attached network has one too, and its pod takes nothing where another of its networks has nothing", () => {
  const lab = served({ provider: "net1.default.ovn" });
  lab.network("default/net1");
  lab.network("default/net2");
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "net1" } });
  lab.pod("default/twice", {}, { annotations: { [NETWORKS]: "net1@a,net1@b" } });
  lab.pod("default/waits", {}, { annotations: { [NETWORKS]: "net1,net2" } });
  lab.settle();
  const { mac_address, allocated, ip_address } = lab.toldOn("default/p", "net1.default.ovn");
  assertMatch(mac_address!, DERIVED);
  assertEquals([allocated, ip_address], ["true", undefined]);
  const both = ["a", "b"].map((each) => lab.toldOn("default/twice", `net1.default.ovn.${each}`).mac_address);
  assertEquals(new Set([mac_address, ...both]).size, 3);
  assertEquals(Object.keys(lab.claims("macs")).length, 3);
  assertMatch(lab.warnings(Pod, "default/waits")[0]!, /provider net2.default.ovn is not bound to any Subnet/);
  lab.merge(Pod, "default/p", { metadata: { annotations: { [NETWORKS]: null } } });
  lab.settle();
  assertEquals([lab.toldOn("default/p", "net1.default.ovn"), Object.keys(lab.claims("macs")).length], [
    {},
    2,
  ]);
  lab.atRest();
});

Deno.test("mac alone: two interfaces of one pod cannot have one MAC", () => {
  const lab = served({ provider: "net1.default.ovn" });
  lab.network("default/net1");
  const networks = JSON.stringify(
    ["a", "b"].map((each) => ({ name: "net1", namespace: "default", interface: each, mac: MAC })),
  );
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: networks } });
  lab.settle();
  assertEquals(lab.claims("macs"), {});
  assertMatch(
    lab.warnings(Pod, "default/p")[0]!,
    /AddressConflict: .* is asked for by another interface of this pod/,
  );
  lab.atRest();
});

Deno.test("mac alone: where another CNI plugin makes the interfaces only a MAC that is asked for can be given", () => {
  const lab = served({ provider: "mv.default" });
  lab.network("default/mv", { type: "macvlan", ipam: { type: "kube-ovn", provider: "mv.default" } });
  lab.pod("default/p", {}, {
    annotations: { [NETWORKS]: "mv", "mv.default.kubernetes.io/mac_address": MAC },
  });
  lab.pod("default/q", {}, { annotations: { [NETWORKS]: "mv" } });
  lab.settle();
  const { mac_address, subnet, logical_switch } = lab.toldOn("default/p", "mv.default");
  assertEquals([mac_address, subnet, logical_switch], [MAC, "macs", undefined]);
  assertMatch(lab.warnings(Pod, "default/q")[0]!, /made by another CNI plugin; ask for one with mac_address/);
  lab.atRest();
});
