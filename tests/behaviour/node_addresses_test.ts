/** Nodes have addresses of their own, which pods of the default Vpc must not get. @see BEHAVIOUR §3.3-7 and §3.9 */
import { assertEquals, assertMatch } from "@std/assert";
import { Node } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

function node(lab: Cluster, name: string, address: string): void {
  lab.create(Node, { metadata: { name }, status: { addresses: [{ type: "InternalIP", address }] } });
}

Deno.test("a Subnet whose block has a node in it is not served, says so, and recovers when the node is gone", () => {
  const lab = cluster();
  node(lab, "n1", "10.66.0.7");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  assertEquals(lab.ready("sn"), "False ValidateLogicalSwitchFailed");
  assertMatch(
    lab.condition(Subnet, "sn")!.message,
    /^spec\.cidrBlock: 10\.66\.0\.7 in it is the address of Node n1; /,
  );
  lab.delete(Node, "n1");
  lab.settle();
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  lab.atRest();
});

Deno.test("a node in the block of a Subnet of another Vpc, of a vlan or of another provider is nobody's concern", () => {
  const lab = cluster();
  node(lab, "n1", "10.66.0.7");
  lab.vpc("own");
  lab.subnet("a", { cidrBlock: "10.66.0.0/24", vpc: "own" });
  lab.subnet("b", { cidrBlock: "10.66.0.0/24", provider: "net.kube-system" });
  lab.settle();
  assertEquals(["a", "b"].map((name) => lab.ready(name)), [
    "True ResetLogicalSwitchAclSuccess",
    "True SetNonOvnSubnetSuccess",
  ]);
});

Deno.test("a node that comes later takes no Subnet out of service; its address is not drawn while it is there", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  lab.settle();
  node(lab, "n1", "10.66.0.3");
  lab.settle();
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  for (const name of ["a", "b", "c", "d", "e"]) lab.pod(`default/${name}`);
  lab.settle();
  assertEquals(lab.addresses("a", "b", "c", "d", "e"), [
    "10.66.0.2",
    "10.66.0.4",
    "10.66.0.5",
    "10.66.0.6",
    undefined,
  ]);
  lab.delete(Node, "n1");
  lab.settle();
  // Whoever waits is looked at when an address is given back, or by the sweep; the node's own was nobody's to give back.
  lab.engine.resync();
  lab.settle();
  assertEquals(lab.addresses("e"), ["10.66.0.3"]);
  lab.atRest();
});
