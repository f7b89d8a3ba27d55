/** Nodes have addresses of their own, which pods of the default Vpc must not get. */
import { assertEquals, assertMatch } from "@std/assert";
import { Node } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
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
  assertEquals(lab.addresses("e"), ["10.66.0.3"]);
  lab.atRest();
});

Deno.test("whoever waits for the last address of a Subnet, which a node has, gets it when the node has another one", () => {
  const askers: ((lab: Cluster) => () => string | undefined)[] = [
    (lab) => (lab.pod("default/p", { logical_switch: "sn" }), () => lab.addressOf("default/p")),
    (lab) => (lab.vip("v"), () => lab.get(Vip, "v")?.status?.v4ip || undefined),
    (lab) => {
      lab.create(IP, {
        metadata: { name: "p.default" },
        spec: { subnet: "sn", podName: "p", namespace: "default" },
      });
      return () => lab.get(IP, "p.default")?.spec.v4IpAddress || undefined;
    },
  ];
  for (const ask of askers) {
    const lab = cluster();
    lab.subnet("sn", { cidrBlock: "10.66.0.0/30" });
    lab.settle();
    node(lab, "n1", "10.66.0.2");
    lab.settle();
    const address = ask(lab);
    lab.settle();
    assertEquals(address(), undefined);
    lab.status(Node, "n1", { addresses: [{ type: "InternalIP", address: "192.168.0.1" }] });
    lab.settle();
    assertEquals(address(), "10.66.0.2");
    lab.atRest();
  }
});
