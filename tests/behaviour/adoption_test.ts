/** A cluster that Kube-OVN served before: nothing is lost, and nothing given out twice. @see DESIGN §6 (adoption), BEHAVIOUR §4.12 */
import { assertEquals, assertMatch } from "@std/assert";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { FINALIZER, OLD_FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Cluster } from "./cluster.ts";

const MAC = "00:00:00:5e:53:09";

/** Subnet `sn` as Kube-OVN leaves it; {@link Cluster.start} comes later. */
function before(cidrBlock = "10.66.0.0/24"): Cluster {
  const lab = new Cluster();
  lab.create(Subnet, {
    metadata: { name: "sn", finalizers: [OLD_FINALIZER] },
    spec: { cidrBlock, namespaces: ["default"], vpc: "ovn-cluster", provider: "ovn", default: false },
  });
  return lab;
}

/** As Kube-OVN answers a pod. */
const told = (ip_address: string, more: Readonly<Record<string, string>> = {}) => ({
  allocated: "true",
  routed: "true",
  ip_address,
  mac_address: MAC,
  logical_switch: "sn",
  pod_nic_type: "veth-pair",
  logical_router: "ovn-cluster",
  cidr: "10.66.0.0/24",
  gateway: "10.66.0.1",
  ...more,
});

/** As Kube-OVN records it. */
function record(lab: Cluster, pod: string, address: string, {
  name = `${pod}.default`,
  namespace = "default",
  subnet = "sn",
  ...more
}: {
  readonly name?: string;
  readonly namespace?: string;
  readonly subnet?: string;
  readonly finalizers?: readonly string[];
  readonly reserved?: boolean;
} = {}): void {
  const labels = {
    "ovn.kubernetes.io/ip_reserved": String(more.reserved ?? false),
    "ovn.kubernetes.io/subnet": subnet,
  };
  const metadata = { name, labels, finalizers: more.finalizers ?? [FINALIZER] };
  const [v4IpAddress = "", v6IpAddress = ""] = address.includes(":") ? ["", address] : [address];
  const addresses = { v4IpAddress, v6IpAddress, ipAddress: address, macAddress: MAC };
  lab.create(IP, { metadata, spec: { podName: pod, namespace, subnet, ...addresses } });
}

Deno.test("adoption: a pod that was told an address keeps it, without a word to it, and gets record and claim", () => {
  const lab = before();
  lab.pod("default/p", told("10.66.0.9"));
  lab.start();
  assertEquals(lab.told(Pod, "default/p"), told("10.66.0.9"));
  const { spec, metadata } = lab.get(IP, "p.default")!;
  assertEquals([spec.v4IpAddress, spec.macAddress, spec.subnet], ["10.66.0.9", MAC, "sn"]);
  assertEquals(
    metadata.annotations?.["ipam.cadastre.internal/owner-uid"],
    lab.get(Pod, "default/p")?.metadata.uid,
  );
  assertEquals(lab.claims("sn"), { "10.66.0.9": "p.default" });
  assertEquals(lab.writes().filter((write) => write.includes("Pod/")), []);
  lab.atRest();
});

Deno.test("adoption: records are taken over as they are, without Kube-OVN's finalizers, in either spelling", () => {
  const lab = before();
  for (const [i, finalizers] of [[FINALIZER], [OLD_FINALIZER], [FINALIZER, "example.com/theirs"]].entries()) {
    lab.pod(`default/p${i}`, told(`10.66.0.${20 + i}`));
    record(lab, `p${i}`, `10.66.0.${20 + i}`, { finalizers });
  }
  const uids = lab.list(IP).map(({ metadata }) => metadata.uid);
  lab.start();
  assertEquals(lab.list(IP).map(({ metadata }) => metadata.uid), uids);
  assertEquals(lab.list(IP).map(({ metadata }) => metadata.finalizers), [undefined, undefined, [
    "example.com/theirs",
  ]]);
  assertEquals(Object.values(lab.claims("sn")), ["p0.default", "p1.default", "p2.default"]);
  lab.atRest();
  lab.kill("default/p0");
  lab.settle();
  assertEquals(lab.records(), ["p1.default", "p2.default"]);
  lab.atRest();
});

Deno.test("adoption: comes before anything new is given out, whatever comes first in the lists", () => {
  const lab = before("10.66.0.0/29");
  for (const name of ["a", "m", "z"]) lab.pod(`default/${name}-new`);
  lab.pod("default/a-old", told("10.66.0.3"));
  lab.pod("default/z-old", told("10.66.0.2"));
  record(lab, "z-recorded", "10.66.0.4");
  lab.pod("default/z-recorded", told("10.66.0.4"));
  lab.start();
  assertEquals(["a-old", "z-old", "z-recorded"].map((name) => lab.addressOf(`default/${name}`)), [
    "10.66.0.3",
    "10.66.0.2",
    "10.66.0.4",
  ]);
  assertEquals(["a", "m", "z"].map((name) => lab.addressOf(`default/${name}-new`)), [
    "10.66.0.5",
    "10.66.0.6",
    undefined,
  ]);
  lab.atRest();
});

Deno.test("adoption: records of pods that are gone go, claimed or not", () => {
  const lab = before();
  record(lab, "gone", "10.66.0.9");
  lab.start();
  assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
  lab.atRest();
});

Deno.test("adoption: what a finished pod shows does not count", () => {
  const lab = before();
  lab.pod("default/done", told("10.66.0.2"));
  record(lab, "done", "10.66.0.2");
  lab.finish("default/done");
  lab.start();
  lab.pod("default/new", { ip_address: "10.66.0.2" });
  lab.settle();
  assertEquals([lab.addressOf("default/new"), lab.records()], ["10.66.0.2", ["new.default"]]);
  lab.atRest();
});

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
  assertEquals(["a", "b", "thief"].map((name) => lab.addressOf(`default/${name}`)), [
    "10.66.0.9",
    "10.66.0.9",
    undefined,
  ]);
  for (const name of ["a", "b"]) {
    assertMatch(lab.warnings(Pod, `default/${name}`)[0] ?? "", /AddressConflict: 10\.66\.0\.9/);
  }
  lab.atRest();
  lab.kill("default/a");
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.66.0.9": "b.default" });
  lab.atRest();
});

Deno.test("adoption: a pod of one family gets no address of the other (no phantoms)", () => {
  const lab = before("10.66.0.0/24,fd00:66::/112");
  lab.pod("default/four", told("10.66.0.9"));
  lab.pod("default/six", told("fd00:66::9"));
  lab.start();
  assertEquals(lab.claims("sn"), { "10.66.0.9": "four.default", "fd00:66::9": "six.default" });
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

Deno.test("adoption: nodes keep their addresses", () => {
  const lab = new Cluster();
  lab.create(Subnet, { metadata: { name: "join" }, spec: { cidrBlock: "100.64.0.0/16" } });
  const annotations = Object.entries(told("100.64.0.7", { logical_switch: "join" })).map((
    [k, v],
  ) => [`ovn.kubernetes.io/${k}`, v]);
  lab.create(Node, { metadata: { name: "n1", annotations: Object.fromEntries(annotations) } });
  lab.node("n0");
  lab.start();
  assertEquals([lab.told(Node, "n1").ip_address, lab.told(Node, "n0").ip_address], [
    "100.64.0.7",
    "100.64.0.2",
  ]);
  assertEquals(lab.claims("join"), { "100.64.0.2": "node-n0", "100.64.0.7": "node-n1" });
  lab.atRest();
});

Deno.test("adoption: a record of an object that we do not know stays, and its address is given to nobody", () => {
  const lab = before();
  const name = "u2o-interconnection.ovn-cluster.sn";
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
  assertEquals([lab.claims("sn"), lab.claims("net1")], [
    { "10.66.0.9": "p.default" },
    { "10.66.0.10": "p.default.net1.default" },
  ]);
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals([lab.records(), lab.claims("net1")], [[], {}]);
  lab.atRest();
});
