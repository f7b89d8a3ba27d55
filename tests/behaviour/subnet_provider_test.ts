/** Subnets that are not plain overlays. */
import { assertEquals } from "@std/assert";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

const specOf = (lab: Cluster, name: string): Subnet["spec"] => lab.get(Subnet, name)!.spec;

Deno.test("provider: private and non-OVN Subnets are Ready in their own words", () => {
  const lab = cluster();
  lab.subnet("mine", { cidrBlock: "10.66.0.0/24", private: true });
  lab.subnet("macvlan", { cidrBlock: "10.66.0.0/24", provider: "mv.default" });
  lab.settle();
  assertEquals(lab.ready("mine"), "True SetPrivateLogicalSwitchSuccess");
  assertEquals(lab.ready("macvlan"), "True SetNonOvnSubnetSuccess");
  assertEquals(specOf(lab, "macvlan").vpc, undefined);
  lab.atRest();
});

Deno.test("provider: a Subnet of MACs alone, under a vlan, is Ready, counts nothing, and says what it has", () => {
  const lab = cluster();
  lab.vlan("v1");
  lab.subnet("macs", { vlan: "v1" });
  lab.settle();
  const { v4availableIPs, v6usingIPs } = lab.get(Subnet, "macs")!.status!;
  assertEquals([lab.ready("macs"), specOf(lab, "macs").protocol], [
    "True ResetLogicalSwitchAclSuccess",
    "Mac",
  ]);
  assertEquals([v4availableIPs, v6usingIPs], [0, 0]);
  assertEquals(
    lab.condition(Subnet, "macs")?.message,
    "it has no cidrBlock and gives out MAC addresses alone",
  );
  lab.atRest();
});
