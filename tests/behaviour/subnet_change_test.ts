/** A Subnet is edited while Vips, OvnEips, reservations and pods have its addresses. */
import { assertEquals } from "@std/assert";
import { IP } from "../../crds/ip.ts";
import { OvnEip } from "../../crds/ovn_eip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { parseLayout } from "../../ipam/layout.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** `sn` with a pod at .2, a Vip at .3, an OvnEip at .4, a reservation at .12; the Vip and the pod have IPv6 too, if there is any. */
function lived(spec: Subnet["spec"] = { cidrBlock: "10.66.0.0/28" }): Cluster {
  const lab = cluster();
  lab.subnet("sn", { namespaces: ["default"], ...spec });
  lab.settle();
  lab.pod("default/p");
  lab.settle();
  lab.vip("v");
  lab.settle();
  lab.create(OvnEip, { metadata: { name: "e" }, spec: { externalSubnet: "sn" } });
  lab.create(IP, {
    metadata: { name: "r.default" },
    spec: { podName: "r", namespace: "default", subnet: "sn", v4IpAddress: "10.66.0.12" },
  });
  return lab.settle();
}

const edit = (lab: Cluster, spec: Partial<Subnet["spec"]>) => {
  lab.merge(Subnet, "sn", { spec });
  lab.settle();
};
const status = (lab: Cluster) => lab.get(Subnet, "sn")!.status!;
const holders = (lab: Cluster) => {
  const { status: vip } = lab.get(Vip, "v")!, eip = lab.get(OvnEip, "e")!.status!;
  return [lab.addressOf("default/p"), `${vip?.v4ip},${vip?.v6ip}`, `${eip.v4Ip},${eip.v6Ip}`];
};

/** The counters of an independent look at all claims, each address once and each family for itself (L4). */
function counted(lab: Cluster): void {
  const { spec } = lab.get(Subnet, "sn")!, read = parseLayout({ ...spec, cidrBlock: spec.cidrBlock! });
  if (!read.ok) throw new Error("the Subnet cannot be read");
  const addresses = Object.keys(lab.claims("sn")).filter((text) =>
    !text.startsWith("vip-") && text.length < 17
  );
  const excluded = new Set(spec.excludeIps);
  for (const [family, sign] of [["v4", "."], ["v6", ":"]] as const) {
    const layout = read.layout[family],
      using = addresses.filter((text) => text.includes(sign) && !excluded.has(text));
    const { [`${family}usingIPs`]: used, [`${family}availableIPs`]: available } = status(lab) as Record<
      string,
      unknown
    >;
    assertEquals(Number(used), layout ? using.length : 0, `${family}usingIPs`);
    const left = layout ? layout.size.hosts - layout.size.excluded - BigInt(using.length) : 0n;
    assertEquals(Number(available), Number(left), `${family}availableIPs`);
  }
}

Deno.test("#1975: a block that grows is counted right away, and everybody keeps what they have", () => {
  const lab = lived(), before = holders(lab);
  assertEquals([Number(status(lab).v4usingIPs), Number(status(lab).v4availableIPs)], [4, 9]);
  edit(lab, { cidrBlock: "10.66.0.0/24" });
  assertEquals([Number(status(lab).v4usingIPs), Number(status(lab).v4availableIPs)], [4, 249]);
  assertEquals([lab.ready("sn"), holders(lab)], ["True ResetLogicalSwitchAclSuccess", before]);
  counted(lab);
  lab.atRest();
});

Deno.test("edit: a block that shrinks around all that is held is taken, one that lets something fall out names it", () => {
  const lab = lived({ cidrBlock: "10.66.0.0/24" }), before = holders(lab);
  edit(lab, { cidrBlock: "10.66.0.0/28" });
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  counted(lab);
  edit(lab, { cidrBlock: "10.66.0.0/29" });
  assertEquals(
    lab.verdict(Subnet, "sn"),
    "False ValidateLogicalSwitchFailed spec.cidrBlock: 10.66.0.12 of IP r.default would fall out of it; put it back, or " +
      "remove their holders",
  );
  edit(lab, { cidrBlock: "10.66.0.0/30" });
  const message = lab.verdict(Subnet, "sn")!;
  assertEquals(["10.66.0.3 of Vip v", "10.66.0.4 of OvnEip e"].filter((who) => !message.includes(who)), []);
  assertEquals(holders(lab), before);
  lab.atRest();
  lab.delete(IP, "r.default");
  lab.delete(OvnEip, "e");
  lab.delete(Vip, "v");
  lab.settle();
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  counted(lab);
  lab.atRest();
});

Deno.test("edit: a family that comes serves who comes later; what has one address stays as it is", () => {
  const lab = lived(), before = holders(lab);
  edit(lab, { cidrBlock: "10.66.0.0/28,fd00:66::/124", gateway: "10.66.0.1,fd00:66::1" });
  assertEquals([lab.ready("sn"), holders(lab)], ["True ResetLogicalSwitchAclSuccess", before]);
  counted(lab);
  lab.vip("later");
  lab.settle();
  assertEquals(lab.get(Vip, "later")?.status?.v6ip, "fd00:66::2");
  counted(lab);
  lab.atRest();
});

Deno.test("edit: a family goes only when nobody holds an address of it", () => {
  const lab = lived({ cidrBlock: "10.66.0.0/28,fd00:66::/124" });
  lab.vip("six", { v6ip: "fd00:66::9" });
  lab.settle();
  edit(lab, { cidrBlock: "10.66.0.0/28", gateway: "10.66.0.1", excludeIps: [] });
  const message = lab.verdict(Subnet, "sn")!;
  assertEquals(["Vip six", "Vip v", "OvnEip e", "IP p.default"].filter((who) => !message.includes(who)), []);
  lab.atRest();
  for (const name of ["six", "v"]) lab.delete(Vip, name);
  lab.delete(OvnEip, "e");
  lab.kill("default/p");
  lab.settle();
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  assertEquals([Number(status(lab).v6usingIPs), Number(status(lab).v6availableIPs)], [0, 0]);
  counted(lab);
  lab.atRest();
});

Deno.test("edit: a gateway that a Vip has is refused with its name, and good when the Vip is gone", () => {
  const lab = lived();
  edit(lab, { gateway: "10.66.0.3" });
  assertEquals(lab.verdict(Subnet, "sn")?.includes("10.66.0.3 is held by Vip v"), true);
  lab.atRest();
  lab.delete(Vip, "v");
  lab.settle();
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  counted(lab);
  lab.atRest();
});

Deno.test("#5522, #3368: in-use addresses of every kind are excluded and no longer, in any order, and stay whose they are", () => {
  const lab = lived(), before = holders(lab), claims = lab.claims("sn");
  const edits = [
    ["10.66.0.3"],
    ["10.66.0.2..10.66.0.4"],
    ["10.66.0.12", "10.66.0.4"],
    ["10.66.0.1..10.66.0.14"],
    [],
  ];
  for (const excludeIps of edits) {
    edit(lab, { excludeIps });
    assertEquals([holders(lab), lab.claims("sn")], [before, claims]);
    lab.vip("asks", { v4ip: "10.66.0.4" });
    lab.pod("default/any");
    lab.settle();
    assertEquals(lab.condition(Vip, "asks")?.reason, "AddressConflict");
    assertEquals(Object.hasOwn(claims, lab.addressOf("default/any") ?? "none"), false);
    lab.delete(Vip, "asks");
    lab.kill("default/any");
    lab.settle();
  }
  lab.atRest();
});

Deno.test("F4-6: EIPs, Vips, records and reservations at excluded addresses are neither in use nor available", () => {
  const lab = lived();
  edit(lab, { excludeIps: ["10.66.0.2..10.66.0.4", "10.66.0.12"] });
  const { v4usingIPs, v4usingIPrange, v4availableIPs, v4availableIPrange } = status(lab);
  assertEquals([Number(v4usingIPs), v4usingIPrange], [0, ""]);
  assertEquals([Number(v4availableIPs), v4availableIPrange], [
    9,
    "10.66.0.5-10.66.0.11,10.66.0.13-10.66.0.14",
  ]);
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals(lab.condition(Subnet, "sn", "Deletable")?.reason, "InUse");
  lab.atRest();
});

Deno.test("edit: another provider takes nothing from anybody, and is counted as before", () => {
  const lab = lived(), before = holders(lab), claims = lab.claims("sn");
  edit(lab, { provider: "net.kube-system" });
  assertEquals([lab.ready("sn"), holders(lab), lab.claims("sn")], [
    "True SetNonOvnSubnetSuccess",
    before,
    claims,
  ]);
  counted(lab);
  lab.atRest();
  lab.kill("default/p");
  lab.delete(Vip, "v");
  lab.settle();
  assertEquals(Object.keys(lab.claims("sn")), ["10.66.0.12", "10.66.0.4"]);
  edit(lab, { provider: "ovn" });
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  counted(lab);
  lab.atRest();
});

Deno.test("F4-11: whatever is held and however the Subnet was edited, a restart leaves its status as it is", () => {
  for (const cidrBlock of ["10.66.0.0/28", "10.66.0.0/28,fd00:66::/124"]) {
    const lab = lived({ cidrBlock });
    lab.vip("worn", { macAddress: "00:00:00:5e:53:01" });
    lab.settle();
    lab.pod("default/wearer", { vip: "worn" });
    lab.settle();
    edit(lab, { excludeIps: ["10.66.0.3"] });
    counted(lab);
    const before = status(lab);
    lab.start();
    assertEquals(status(lab), before);
    lab.atRest();
  }
});
