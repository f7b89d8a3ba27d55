/** Pods of several interfaces give all of them back, whatever went before. @see F1 */
import { assertEquals } from "@std/assert";
import { NETWORKS } from "../../crds/annotations.ts";
import { Namespace, NetworkAttachmentDefinition, Pod } from "../../crds/foreign.ts";
import { AddressClaim } from "../../crds/address_claim.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { MULTUS } from "../../sandbox/foreign.ts";
import { type Cluster, cluster } from "./cluster.ts";
import { before, MAC, record } from "./kube_ovn.ts";

const MACVLAN = { type: "macvlan", ipam: { type: "kube-ovn" } };

/** Pod `app/p` with the default network, one of ours and one of another plugin. */
function threefold(): Cluster {
  const lab = cluster({ served: [MULTUS] });
  lab.namespace("app");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.subnet("one", { cidrBlock: "10.67.0.0/24", provider: "net1.app.ovn" });
  lab.subnet("two", { cidrBlock: "10.68.0.0/24", provider: "net2.app" });
  lab.network("app/net1");
  lab.network("app/net2", MACVLAN);
  lab.settle();
  lab.pod("app/p", {}, { annotations: { [NETWORKS]: "net1,net2" } });
  lab.settle();
  assertEquals(recordsOf(lab), ["p.app", "p.app.net1.app.ovn", "p.app.net2.app"]);
  return lab;
}

const recordsOf = (lab: Cluster) => lab.records().filter((name) => name.startsWith("p."));
const claimsIn = (lab: Cluster) => lab.list(AddressClaim).filter(({ spec }) => spec.subnet !== "join");

const ends: Readonly<Record<string, (lab: Cluster) => void>> = {
  networks: (lab) => ["net1", "net2"].forEach((n) => lab.delete(NetworkAttachmentDefinition, `app/${n}`)),
  Subnets: (lab) => ["sn", "one", "two"].forEach((name) => lab.delete(Subnet, name)),
  pod: (lab) => lab.kill("app/p"),
};

for (const [a, b, c] of orders(Object.keys(ends))) {
  Deno.test(`end of several interfaces: first the ${a}, then the ${b}, then the ${c}: nothing is left`, () => {
    const lab = threefold();
    for (const what of [a!, b!, c!]) {
      ends[what]!(lab);
      lab.settle();
    }
    assertEquals([recordsOf(lab), claimsIn(lab)], [[], []]);
    for (const name of ["sn", "one", "two"]) assertEquals(lab.get(Subnet, name), undefined);
    lab.atRest();
  });
}

function orders(all: readonly string[]): readonly (readonly string[])[] {
  return all.length < 2
    ? [all]
    : all.flatMap((first) => orders(all.filter((each) => each !== first)).map((rest) => [first, ...rest]));
}

Deno.test("end of several interfaces: everything at once, and its namespace with it", () => {
  const lab = threefold();
  lab.delete(Namespace, "app");
  for (const end of ["networks", "Subnets"]) ends[end]!(lab);
  ends.pod!(lab);
  lab.settle();
  assertEquals([recordsOf(lab), claimsIn(lab)], [[], []]);
  lab.atRest();
});

Deno.test("end of several interfaces: while the operator was away", () => {
  const lab = threefold();
  for (const end of ["networks", "pod"]) ends[end]!(lab);
  lab.start();
  assertEquals([recordsOf(lab), claimsIn(lab)], [[], []]);
  lab.atRest();
});

Deno.test("end of several interfaces: a pod that is created anew under its name gets all of them again", () => {
  const lab = threefold();
  lab.kill("app/p");
  lab.pod("app/p", {}, { annotations: { [NETWORKS]: "net2" } });
  lab.settle();
  assertEquals(recordsOf(lab), ["p.app", "p.app.net2.app"]);
  assertEquals(Object.keys(lab.claims("one")), []);
  lab.atRest();
});

Deno.test("of several interfaces a record or a claim that somebody deletes comes back, and no other is touched", () => {
  const lab = threefold();
  const uids = () => recordsOf(lab).map((name) => lab.get(IP, name)!.metadata.uid);
  const [ovn, , mv] = uids(), told = lab.get(Pod, "app/p")!.metadata.annotations;
  lab.delete(IP, "p.app.net1.app.ovn");
  lab.delete(AddressClaim, "two.10.68.0.2");
  lab.settle();
  const after = uids();
  assertEquals([after.length, after[0], after[2]], [3, ovn, mv]);
  assertEquals(claimsIn(lab).length, 3);
  assertEquals(lab.get(Pod, "app/p")!.metadata.annotations, told);
  lab.delete(IP, "p.app.net2.app");
  lab.delete(AddressClaim, "two.10.68.0.2");
  lab.settle();
  assertEquals([recordsOf(lab).length, lab.claims("two")], [3, { "10.68.0.2": "p.app.net2.app" }]);
  assertEquals(lab.get(Pod, "app/p")!.metadata.annotations, told);
  lab.atRest();
});

Deno.test("of several interfaces a Subnet that goes first is held by the one that it gave an address", () => {
  const lab = threefold();
  lab.delete(Subnet, "two");
  lab.settle();
  assertEquals(lab.condition(Subnet, "two", "Deletable")?.message, "AddressClaim two.10.68.0.2");
  lab.merge(Pod, "app/p", { metadata: { annotations: { [NETWORKS]: "net1" } } });
  lab.settle();
  assertEquals([lab.get(Subnet, "two"), recordsOf(lab)], [undefined, ["p.app", "p.app.net1.app.ovn"]]);
  lab.atRest();
});

for (const recorded of [true, false]) {
  const which = recorded ? "with its records" : "without records";
  Deno.test(`several interfaces of a pod that Kube-OVN served keep their addresses, ${which}`, () => {
    const lab = before("10.66.0.0/24", { served: [MULTUS] });
    lab.create(Subnet, {
      metadata: { name: "ext" },
      spec: { cidrBlock: "10.68.0.0/24", provider: "mv.default" },
    });
    lab.network("default/mv", MACVLAN);
    const of = (provider: string, keys: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries(keys).map(([key, value]) => [`${provider}.kubernetes.io/${key}`, value]),
      );
    lab.pod("default/p", {}, {
      annotations: {
        [NETWORKS]: "mv",
        ...of("ovn", { allocated: "true", ip_address: "10.66.0.9", mac_address: MAC, logical_switch: "sn" }),
        ...of("mv.default", { allocated: "true", ip_address: "10.68.0.9", cidr: "10.68.0.0/24" }),
      },
    });
    if (recorded) {
      record(lab, "p", "10.66.0.9");
      record(lab, "p", "10.68.0.9", { name: "p.default.mv.default", subnet: "ext" });
    }
    lab.start();
    assertEquals(lab.addressOf("default/p"), "10.66.0.9");
    assertEquals(lab.toldOn("default/p", "mv.default").ip_address, "10.68.0.9");
    assertEquals(lab.claims("ext"), { "10.68.0.9": "p.default.mv.default" });
    assertEquals(lab.warnings(Pod, "default/p"), []);
    lab.atRest();
  });
}

Deno.test("a forged answer about a network is not believed, and nothing but the truth is told", () => {
  const lab = cluster({ served: [MULTUS] });
  lab.subnet("one", { cidrBlock: "10.67.0.0/24", provider: "net1.default.ovn" });
  lab.network("default/net1");
  lab.settle();
  lab.pod("default/p", {}, {
    annotations: {
      [NETWORKS]: "net1",
      "net1.default.ovn.kubernetes.io/allocated": "true",
      "net1.default.ovn.kubernetes.io/ip_address": "10.67.0.1",
      "net1.default.ovn.kubernetes.io/logical_switch": "one",
    },
  });
  lab.settle();
  assertEquals(Object.keys(lab.claims("one")), []);
  lab.pod("default/q", {}, { annotations: { [NETWORKS]: "net1" } });
  lab.settle();
  assertEquals(lab.toldOn("default/q", "net1.default.ovn").ip_address, "10.67.0.2");
  lab.atRest();
});
