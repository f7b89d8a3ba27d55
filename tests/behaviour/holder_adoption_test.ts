/** Vips and OvnEips that Kube-OVN served before, and every start after that. */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { FINALIZER, OLD_FINALIZER } from "../../crds/labels.ts";
import { OvnEip } from "../../crds/ovn_eip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { type Cluster, cluster } from "./cluster.ts";
import { before, MAC, told } from "./kube_ovn.ts";

const DUAL = "10.66.0.0/28,fd00:66::/124";

/** As Kube-OVN leaves a Vip. */
function vip(lab: Cluster, name: string, v4ip: string, v6ip = "", { type = "", mac = MAC } = {}): void {
  lab.create(Vip, {
    metadata: {
      name,
      finalizers: [OLD_FINALIZER],
      labels: { "ovn.kubernetes.io/subnet": "sn", "ovn.kubernetes.io/ip_reserved": "" },
    },
    spec: { subnet: "sn", type, v4ip, v6ip, macAddress: mac },
    status: { type, v4ip, v6ip, mac },
  });
}

function ovnEip(lab: Cluster, name: string, v4Ip: string): void {
  lab.create(OvnEip, {
    metadata: { name, finalizers: [FINALIZER] },
    spec: { externalSubnet: "sn", v4Ip, type: "nat" },
  });
  lab.status(OvnEip, name, { v4Ip, v6Ip: "", macAddress: MAC, type: "nat", ready: true });
}

const eight = (lab: Cluster) => {
  const { conditions: _, ...counters } = lab.get(Subnet, "sn")!.status!;
  return counters;
};

Deno.test("#6164: both families of a Vip of any type are protected after a start, and nothing else is taken for it", () => {
  const lab = before(DUAL);
  vip(lab, "a", "10.66.0.2", "fd00:66::2");
  vip(lab, "b", "10.66.0.3", "fd00:66::3", { type: "switch_lb_vip", mac: "00:00:00:5e:53:0a" });
  for (const name of ["p", "q"]) lab.pod(`default/${name}`);
  lab.start();
  assertEquals(lab.claims("sn"), {
    "10.66.0.2": "a",
    "fd00:66::2": "a",
    "10.66.0.3": "b",
    "fd00:66::3": "b",
    "10.66.0.4": "p.default",
    "fd00:66::4": "p.default",
    "10.66.0.5": "q.default",
    "fd00:66::5": "q.default",
  });
  assertEquals(lab.get(Vip, "a")?.status?.mac, MAC);
  assertEquals(lab.condition(Vip, "a")?.status, "True");
  lab.atRest();
});

Deno.test("F4-11: a restart leaves all eight fields as they were, also with holders of one family in a Subnet of two", () => {
  const lab = before(DUAL);
  vip(lab, "dual", "10.66.0.2", "fd00:66::2");
  vip(lab, "four", "10.66.0.3", "", { mac: "00:00:00:5e:53:0a" });
  ovnEip(lab, "eip", "10.66.0.9");
  lab.pod("default/four", told("10.66.0.4", { mac_address: "00:00:00:5e:53:0b" }));
  lab.start();
  const counted = eight(lab);
  assertEquals(
    [counted.v4usingIPs, counted.v4usingIPrange, counted.v6usingIPs, counted.v6usingIPrange].map(String),
    ["4", "10.66.0.2-10.66.0.4,10.66.0.9", "1", "fd00:66::2"],
  );
  lab.pod("default/new");
  lab.settle();
  assertEquals(lab.addressOf("default/new"), "10.66.0.5,fd00:66::3");
  const now = eight(lab);
  lab.start();
  assertEquals(eight(lab), now);
  lab.atRest();
});

Deno.test("adoption: of a Vip and a pod that were told the same address one has the claim, both keep it, and the other says who has it", () => {
  const lab = before();
  vip(lab, "v", "10.66.0.5");
  lab.pod("default/p", told("10.66.0.5"));
  lab.start();
  assertEquals([lab.addressOf("default/p"), lab.get(Vip, "v")?.status?.v4ip], ["10.66.0.5", "10.66.0.5"]);
  assertEquals(lab.claims("sn"), { "10.66.0.5": "v" });
  assertEquals(Number(eight(lab).v4usingIPs), 1);
  assertEquals(lab.warnings(Pod, "default/p"), [
    "AcquireAddressFailed AddressConflict: 10.66.0.5 is held by Vip v",
  ]);
  lab.atRest();
  lab.delete(Vip, "v");
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.66.0.5": "p.default" });
  lab.atRest();
});

Deno.test("adoption: an address that the Subnet never gives out gets no claim, and stays with whom it was told", () => {
  const lab = before();
  vip(lab, "gateway", "10.66.0.1");
  vip(lab, "outside", "10.99.0.1", "", { mac: "00:00:00:5e:53:0a" });
  vip(lab, "homeless", "10.66.0.7", "", { mac: "00:00:00:5e:53:0b" });
  lab.merge(Vip, "homeless", {
    metadata: { labels: { "ovn.kubernetes.io/subnet": "ghost" } },
    spec: { subnet: "ghost" },
  });
  lab.start();
  assertEquals(["gateway", "outside", "homeless"].map((name) => lab.condition(Vip, name)?.reason), [
    "AddressConflict",
    "AddressOutOfRange",
    "NoSubnet",
  ]);
  assertEquals(lab.get(Vip, "outside")?.status?.v4ip, "10.99.0.1");
  assertEquals([lab.claims("sn"), lab.ready("sn")], [{}, "True ResetLogicalSwitchAclSuccess"]);
  lab.atRest();
  for (const name of ["gateway", "outside", "homeless"]) lab.delete(Vip, name);
  lab.settle();
  assertEquals(lab.list(Vip), []);
  lab.atRest();
});

Deno.test("a Vip whose address nobody can claim, for its Subnet lost its block to another, says so and claims it when it may", () => {
  const lab = cluster();
  lab.subnet("first", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  lab.subnet("sn", { cidrBlock: "10.66.0.128/25" });
  lab.settle();
  vip(lab, "v", "10.66.0.130");
  lab.settle();
  assertMatch(
    lab.verdict(Vip, "v")!,
    /^False NoSubnet Subnet sn cannot be used: .* overlaps .* of Subnet first/,
  );
  assertEquals([lab.get(Vip, "v")?.status?.v4ip, lab.claims("sn")], ["10.66.0.130", {}]);
  lab.atRest();
  lab.delete(Subnet, "first");
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.66.0.130": "v" });
  assertEquals(lab.condition(Vip, "v")?.status, "True");
  lab.atRest();
});
