/** OvnEips hold addresses of an external Subnet; IptablesEIPs and pods meet them there. */
import { assertEquals } from "@std/assert";
import { OvnEip } from "../../crds/ovn_eip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

function external(name = "external"): Cluster {
  const lab = cluster();
  lab.subnet(name, { cidrBlock: "192.168.50.0/28,fd00:50::/125", provider: "extnad.kube-system" });
  return lab.settle();
}

const eip = (lab: Cluster, name: string, spec: OvnEip["spec"] = {}) =>
  lab.create(OvnEip, { metadata: { name }, spec });
const status = (lab: Cluster, name: string) => lab.get(OvnEip, name)?.status;

Deno.test("ovn-eip: gets addresses of Subnet external unless it names another, and a MAC", () => {
  const lab = external();
  lab.subnet("other", { cidrBlock: "192.168.60.0/28", provider: "extnad.kube-system" });
  eip(lab, "one");
  lab.settle();
  eip(lab, "two", { externalSubnet: "other", v4Ip: "192.168.60.9", type: "lrp" });
  lab.settle();
  const { conditions, macAddress, ...one } = status(lab, "one")!;
  assertEquals(one, { ready: true, type: "nat", v4Ip: "192.168.50.2", v6Ip: "fd00:50::2" });
  assertEquals(conditions?.map(({ type, status }) => [type, status]), [["Ready", "True"]]);
  assertEquals(lab.get(OvnEip, "one")?.spec, {
    externalSubnet: "external",
    type: "nat",
    v4Ip: "192.168.50.2",
    v6Ip: "fd00:50::2",
    macAddress: macAddress!,
  });
  assertEquals([status(lab, "two")?.v4Ip, status(lab, "two")?.v6Ip, status(lab, "two")?.type], [
    "192.168.60.9",
    "",
    "lrp",
  ]);
  assertEquals([lab.claims("external"), lab.claims("other")], [
    { "192.168.50.2": "one", "fd00:50::2": "one" },
    { "192.168.60.9": "two" },
  ]);
  assertEquals(Number(lab.get(Subnet, "external")?.status?.v4usingIPs), 1);
  lab.atRest();
});

Deno.test("ovn-eip: goes with everything that it has, also from a Subnet that was removed by force", () => {
  const lab = external();
  eip(lab, "one");
  lab.settle();
  lab.delete(Subnet, "external");
  lab.strip(Subnet, "external");
  lab.settle();
  lab.delete(OvnEip, "one");
  lab.settle();
  assertEquals([status(lab, "one"), lab.claims("external")], [undefined, {}]);
  lab.atRest();
});

Deno.test("ovn-eip: with a Vip of its name in one Subnet each has its own address (F4-9)", () => {
  const lab = external();
  eip(lab, "x");
  lab.vip("x", { subnet: "external" });
  lab.settle();
  assertEquals(Object.keys(lab.claims("external")).sort(), [
    "192.168.50.2",
    "192.168.50.3",
    "fd00:50::2",
    "fd00:50::3",
  ]);
  const kept = status(lab, "x")?.v4Ip;
  lab.delete(OvnEip, "x");
  lab.settle();
  assertEquals(Object.keys(lab.claims("external")).includes(kept!), false);
  assertEquals(Object.keys(lab.claims("external")).length, 2);
  lab.atRest();
});

Deno.test("ovn-eip: what asks for its address is refused and told who has it", () => {
  const lab = external();
  eip(lab, "one", { v4Ip: "192.168.50.5" });
  lab.settle();
  eip(lab, "two", { v4Ip: "192.168.50.5" });
  lab.settle();
  assertEquals(
    lab.verdict(OvnEip, "two"),
    "False AddressConflict Subnet external: 192.168.50.5 is held by OvnEip one",
  );
  assertEquals(status(lab, "two")?.ready, undefined);
  lab.atRest();
});
