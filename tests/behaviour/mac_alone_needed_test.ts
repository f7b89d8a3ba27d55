/** Who cannot do without IP addresses, on a Subnet without a block: each says so at its field, and is served once there is a block. */
import { assertEquals } from "@std/assert";
import { Node } from "../../crds/foreign.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { OvnEip } from "../../crds/ovn_eip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { cluster } from "./cluster.ts";
import { type GatewayLab, gateways } from "./gateways.ts";

const why = (subnet: string) =>
  `Subnet ${subnet} cannot be used: spec.cidrBlock: there is none, and so it has MAC addresses alone; ` +
  "give it a block, or name another Subnet";

/** {@link gateways}, with `macs` inside and `out` outside that have no block. */
function withoutBlocks(): GatewayLab {
  const lab = gateways();
  lab.vlan("v1");
  lab.subnet("macs", { vlan: "v1", vpc: "blue" });
  lab.subnet("out", { provider: "outnad.kube-system" });
  lab.attachment("outnad");
  return lab.settle();
}

function giveBlock(lab: GatewayLab, subnet: string, cidrBlock: string): void {
  lab.merge(Subnet, subnet, { spec: { cidrBlock } });
  lab.settle();
}

for (
  const [spec, field, subnet] of [
    [{ subnet: "macs" }, "spec.subnet", "macs"],
    [{ externalSubnets: ["ext", "out"] }, "spec.externalSubnets[1]", "out"],
  ] as const
) {
  Deno.test(`mac alone: a gateway whose ${field} is such a Subnet has no workload and says so, until that has a block`, () => {
    const lab = withoutBlocks();
    lab.gateway("gw", spec);
    lab.settle();
    assertEquals([lab.workload("gw"), lab.verdict(VpcNatGateway, "gw")], [
      undefined,
      `False GatewayNotReady ${field}: ${why(subnet)}`,
    ]);
    lab.atRest();
    giveBlock(lab, subnet, "10.0.9.0/24");
    assertEquals(lab.says(VpcNatGateway, "gw"), "True GatewayReady");
    lab.atRest();
  });
}

for (
  const [kind, spec, shown] of [
    [IptablesEIP, { natGwDp: "gw" }, "ip"],
    [IptablesEIP, { natGwDp: "gw", macAddress: "0a:00:5e:00:53:01" }, "ip"],
    [OvnEip, {}, "v4Ip"],
  ] as const
) {
  Deno.test(`mac alone: an ${kind.kind} with ${JSON.stringify(spec)} takes nothing of such a Subnet and says so, until that has a block`, () => {
    const lab = withoutBlocks();
    lab.create(kind, { metadata: { name: "eip" }, spec: { externalSubnet: "out", ...spec } });
    lab.settle();
    assertEquals(lab.verdict(kind, "eip"), `False NoSubnet ${why("out")}`);
    assertEquals(lab.warnings(kind, "eip"), [`NoSubnet ${why("out")}`]);
    assertEquals(lab.claims("out"), {});
    lab.atRest();
    giveBlock(lab, "out", "192.168.70.0/24");
    assertEquals((lab.get(kind, "eip")?.status as Record<string, unknown>)[shown], "192.168.70.2");
    lab.atRest();
  });
}

Deno.test("mac alone: nodes say that the join Subnet has no block, and get their addresses once it has one", () => {
  const lab = cluster();
  lab.delete(Subnet, "join");
  lab.settle();
  lab.vlan("v1");
  lab.subnet("join", { vlan: "v1" });
  lab.node("n1");
  lab.settle();
  assertEquals(lab.warnings(Node, "n1"), [`AcquireAddressFailed NoSubnet: ${why("join")}`]);
  assertEquals([lab.told(Node, "n1"), lab.claims("join")], [{}, {}]);
  lab.atRest();
  lab.merge(Subnet, "join", { spec: { cidrBlock: "100.70.0.0/24" } });
  lab.settle();
  assertEquals(lab.told(Node, "n1").ip_address, "100.70.0.2");
  lab.atRest();
});
