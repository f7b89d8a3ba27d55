/** Pods that wear a Vip. @see F4 */
import { assert, assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { type Cluster, cluster } from "./cluster.ts";
import { before, MAC, record, told } from "./kube_ovn.ts";
import { workloads } from "./workloads.ts";

/** Subnet `sn` with Vip `v`, which has .2 and ::2. */
function dressed(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/28,fd00:66::/125", namespaces: ["default"] });
  lab.settle();
  lab.vip("v");
  return lab.settle();
}

const ADDRESSES = "10.66.0.2,fd00:66::2";
const label = (lab: Cluster) => lab.get(Vip, "v")?.metadata.labels?.["ovn.kubernetes.io/ip_reserved"];
/** Who has the right to wear it. */
const wearer = (lab: Cluster) =>
  lab.list(AddressClaim).find(({ metadata }) => metadata.name.startsWith("sn.vip-"))?.spec.holder.name;
const using = (lab: Cluster) => {
  const { v4usingIPs, v6usingIPs } = lab.get(Subnet, "sn")!.status!;
  return [Number(v4usingIPs), Number(v6usingIPs)];
};

/** The addresses are the Vip's, whoever wears it. */
function keepsItsClaims(lab: Cluster): void {
  const claims = lab.claims("sn");
  assertEquals([claims["10.66.0.2"], claims["fd00:66::2"]], ["v", "v"]);
}

Deno.test("worn vip: a pod gets the Vip's addresses and MAC, the Vip says who wears it, and both are counted once (F4-9)", () => {
  const lab = dressed(), { status } = lab.get(Vip, "v")!;
  lab.pod("default/p", { vip: "v" });
  lab.settle();
  const { ip_address, mac_address, logical_switch } = lab.told(Pod, "default/p");
  assertEquals([ip_address, mac_address, logical_switch], [ADDRESSES, status?.mac, "sn"]);
  const { spec } = lab.get(IP, "p.default")!;
  assertEquals([spec.v4IpAddress, spec.v6IpAddress, spec.macAddress], [
    "10.66.0.2",
    "fd00:66::2",
    status?.mac,
  ]);
  assertEquals([label(lab), wearer(lab)], ["p.default", "p.default"]);
  assertEquals(using(lab), [1, 1]);
  keepsItsClaims(lab);
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals([label(lab), wearer(lab), lab.records()], ["", undefined, []]);
  assertEquals(using(lab), [1, 1]);
  keepsItsClaims(lab);
  lab.atRest();
});

Deno.test("worn vip: a second pod waits, is told who wears it, and gets it when it is given back", () => {
  const lab = dressed();
  lab.pod("default/p", { vip: "v" });
  lab.settle();
  lab.pod("default/q", { vip: "v" });
  lab.settle();
  assertEquals(lab.addresses("p", "q"), [ADDRESSES, undefined]);
  assertEquals(lab.warnings(Pod, "default/q"), [
    "AcquireAddressFailed AddressConflict: Vip v is worn by IP p.default",
  ]);
  assertEquals(lab.records(), ["p.default"]);
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals([lab.addressOf("default/q"), label(lab)], [ADDRESSES, "q.default"]);
  keepsItsClaims(lab);
  lab.atRest();
});

Deno.test("worn vip: of many pods that want it at once one wears it", () => {
  const lab = dressed();
  lab.engine.lead(false);
  const pods = ["a", "b", "c", "d"];
  for (const pod of pods) lab.pod(`default/${pod}`, { vip: "v" });
  lab.engine.lead(true);
  lab.settle();
  assertEquals(lab.addresses(...pods).filter((address) => address), [ADDRESSES]);
  assertEquals(lab.records().length, 1);
  lab.atRest();
});

Deno.test("worn vip: a pod waits for a Vip that is not there or has nothing yet, and for its Subnet", () => {
  const lab = dressed();
  lab.pod("default/early", { vip: "later" });
  lab.pod("default/elsewhere", { vip: "v", logical_switch: "ovn-default" });
  lab.pod("default/odd", { vip: "No Vip" });
  lab.vip("homeless", { subnet: "ghost" });
  lab.pod("default/homeless", { vip: "homeless" });
  lab.settle();
  assertEquals(lab.records(), []);
  assertEquals(
    ["early", "elsewhere", "odd", "homeless"].map((pod) => lab.warnings(Pod, `default/${pod}`)[0]),
    [
      "AcquireAddressFailed NoAvailableAddress: Vip later does not exist",
      "AcquireAddressFailed NoSubnet: Vip v is of Subnet sn, and Subnet ovn-default was asked for",
      'ValidatePodNetworkFailed NoAvailableAddress: annotation ovn.kubernetes.io/vip: "No Vip" is not the name of a Vip',
      "AcquireAddressFailed NoAvailableAddress: Vip homeless has no address yet",
    ],
  );
  lab.atRest();
  lab.vip("later", { v4ip: "10.66.0.9" });
  lab.subnet("ghost", { cidrBlock: "10.99.0.0/28" });
  lab.settle();
  assertEquals(lab.addresses("early", "homeless"), ["10.66.0.9,fd00:66::3", "10.99.0.2"]);
  lab.atRest();
});

Deno.test("worn vip: a pod that came while the Vip showed an address that it does not hold gets it when that is put right", () => {
  const lab = dressed();
  lab.pod("default/p", { vip: "v" });
  lab.merge(Vip, "v", { status: { v4ip: "10.66.0.7" } });
  lab.settle();
  assertEquals([lab.get(Vip, "v")?.status?.v4ip, lab.addressOf("default/p")], ["10.66.0.2", ADDRESSES]);
  lab.atRest();
});

Deno.test("worn vip: a Vip stays until it is taken off, and names who wears it; then it and its Subnet go", () => {
  const lab = dressed();
  lab.pod("default/p", { vip: "v" });
  lab.settle();
  lab.delete(Vip, "v");
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals(lab.verdict(Vip, "v", "Deletable"), "False InUse IP p.default");
  lab.pod("default/q", { vip: "v" });
  lab.settle();
  assertEquals(lab.addresses("p", "q"), [ADDRESSES, undefined]);
  keepsItsClaims(lab);
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals([lab.get(Vip, "v"), lab.get(Subnet, "sn"), lab.list(AddressClaim)], [
    undefined,
    undefined,
    [],
  ]);
  lab.atRest();
});

Deno.test("worn vip: record and claims that somebody deletes come back, and nobody else gets in between", () => {
  for (const kind of [IP, AddressClaim]) {
    const lab = dressed();
    lab.pod("default/p", { vip: "v" });
    lab.settle();
    lab.pod("default/q", { vip: "v" });
    lab.settle();
    for (const { metadata } of lab.list(kind)) lab.delete(kind, metadata.name);
    lab.settle();
    assertEquals(lab.addresses("p", "q"), [ADDRESSES, undefined]);
    assertEquals([lab.records(), wearer(lab), label(lab)], [["p.default"], "p.default", "p.default"]);
    keepsItsClaims(lab);
    lab.atRest();
  }
});

Deno.test("worn vip: whatever happens in the middle, one pod wears it, or none", () => {
  const strikes: ((lab: Cluster) => void)[] = [
    (lab) => lab.kill("default/p"),
    (lab) => lab.delete(Vip, "v"),
    (lab) => lab.delete(Subnet, "sn"),
    (lab) => void lab.pod("default/q", { vip: "v" }),
    (lab) => {
      lab.delete(Vip, "v");
      lab.kill("default/p");
    },
  ];
  for (const strike of strikes) {
    for (let nth = 1;; nth++) {
      const lab = dressed();
      let requests = 0;
      lab.intercept = () => {
        if (++requests === nth) strike(lab);
        return undefined;
      };
      lab.pod("default/p", { vip: "v" });
      lab.settle();
      lab.intercept = () => undefined;
      if (requests < nth) {
        assert(nth > 6, "record, claim, three live reads, annotation");
        break;
      }
      lab.settle();
      const told = lab.list(Pod).map(({ metadata: { name } }) => lab.addressOf(`default/${name}`));
      assert(told.filter((address) => address === ADDRESSES).length <= 1);
      if (told.some((address) => address)) keepsItsClaims(lab);
      assertEquals(lab.records().length, told.filter((address) => address).length);
      lab.atRest();
    }
  }
});

Deno.test("worn vip: a member of a StatefulSet keeps wearing it while pods come and go, until the set is gone", () => {
  const lab = workloads();
  lab.vip("v", { subnet: "sn1" });
  lab.settle();
  lab.set("web", { replicas: 1 }, { vip: "v" });
  lab.settle();
  const address = lab.addressOf("app/web-0"), { uid } = lab.get(IP, "web-0.app")!.metadata;
  assertEquals(address, lab.get(Vip, "v")?.status?.v4ip);
  lab.pod("app/other", { vip: "v" });
  lab.settle();
  lab.delete(Pod, "app/web-0");
  lab.settle();
  assertEquals([lab.addressOf("app/web-0"), lab.addressOf("app/other")], [address, undefined]);
  assertEquals([lab.get(IP, "web-0.app")?.metadata.uid, label(lab)], [uid, "web-0.app"]);
  lab.atRest();
  lab.delete(StatefulSet, "app/web");
  lab.settle();
  assertEquals([lab.addressOf("app/other"), label(lab)], [address, "other.app"]);
  lab.atRest();
});

Deno.test("#6164: a Vip that a pod wore under Kube-OVN is the Vip's after the start, and the pod goes on wearing it", () => {
  for (const recorded of [true, false]) {
    const lab = before();
    lab.create(Vip, {
      metadata: {
        name: "v",
        finalizers: [FINALIZER],
        labels: { "ovn.kubernetes.io/subnet": "sn", "ovn.kubernetes.io/ip_reserved": "p.default" },
      },
      spec: { subnet: "sn", v4ip: "10.66.0.5", macAddress: MAC },
      status: { type: "", v4ip: "10.66.0.5", v6ip: "", mac: MAC },
    });
    lab.pod("default/p", { ...told("10.66.0.5"), vip: "v" });
    if (recorded) record(lab, "p", "10.66.0.5");
    lab.pod("default/q", { vip: "v" });
    lab.start();
    assertEquals(lab.claims("sn")["10.66.0.5"], "v");
    assertEquals([wearer(lab), label(lab)], ["p.default", "p.default"]);
    assertEquals(lab.addresses("p", "q"), ["10.66.0.5", undefined]);
    assertEquals(using(lab), [1, 0]);
    lab.atRest();
    lab.kill("default/p");
    lab.settle();
    assertEquals([lab.addressOf("default/q"), label(lab)], ["10.66.0.5", "q.default"]);
    lab.atRest();
  }
});
