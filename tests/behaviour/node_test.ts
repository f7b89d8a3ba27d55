/** Nodes have an address in the join Subnet. */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Node } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { cluster } from "./cluster.ts";

const toldTo = (lab: ReturnType<typeof cluster>, node: string) => lab.told(Node, node);

Deno.test("node: it is told its address, in a record of its own, and counts in the join Subnet", () => {
  const lab = cluster();
  lab.node("n1");
  lab.settle();
  const told = toldTo(lab, "n1");
  assertEquals(told, {
    allocated: "true",
    ip_address: "100.64.0.2",
    mac_address: told.mac_address!,
    cidr: "100.64.0.0/16",
    gateway: "100.64.0.1",
    logical_switch: "join",
    port_name: "node-n1",
  });
  assertEquals(lab.get(IP, "node-n1")?.spec.podName, "n1");
  assertEquals([lab.claims("join"), lab.get(Subnet, "join")?.status?.v4usingIPs], [{
    "100.64.0.2": "node-n1",
  }, 1]);
  lab.atRest();
});

Deno.test("node: gives its address back when it goes; the next one gets another first", () => {
  const lab = cluster();
  lab.node("n1");
  lab.settle();
  lab.delete(Node, "n1");
  lab.settle();
  assertEquals([lab.records(), lab.claims("join")], [[], {}]);
  lab.node("n2");
  lab.settle();
  assertEquals(toldTo(lab, "n2").ip_address, "100.64.0.3");
  lab.atRest();
});

Deno.test("node: one that is re-created under its name keeps its record, whoever was running", () => {
  for (const running of [true, false]) {
    const lab = cluster();
    lab.node("n1");
    lab.settle();
    const before = lab.get(IP, "node-n1")!.metadata.uid, { ip_address, mac_address } = toldTo(lab, "n1");
    lab.delete(Node, "n1");
    lab.node("n1");
    if (running) lab.settle();
    else lab.start();
    assertEquals(lab.get(IP, "node-n1")!.metadata.uid, before);
    assertEquals([toldTo(lab, "n1").ip_address, toldTo(lab, "n1").mac_address], [ip_address, mac_address]);
    lab.atRest();
  }
});

Deno.test("node: waits for the join Subnet, and follows its edits", () => {
  const lab = cluster();
  lab.delete(Subnet, "join");
  lab.settle();
  lab.node("n1");
  lab.settle();
  assertEquals(toldTo(lab, "n1"), {});
  lab.subnet("join", { cidrBlock: "100.70.0.0/24" });
  lab.settle();
  assertEquals(toldTo(lab, "n1").ip_address, "100.70.0.2");
  lab.merge(Subnet, "join", { spec: { cidrBlock: "100.70.0.0/23" } });
  lab.settle();
  assertEquals(toldTo(lab, "n1").cidr, "100.70.0.0/23");
  lab.atRest();
});

Deno.test("node: says that there is no join Subnet, and only then", () => {
  const lab = cluster();
  lab.node("n1");
  lab.settle();
  assertEquals(lab.warnings(Node, "n1"), []);
  lab.strip(Subnet, "join");
  lab.delete(Subnet, "join");
  lab.settle();
  lab.node("n2");
  lab.settle();
  assertEquals(lab.warnings(Node, "n2"), [
    "AcquireAddressFailed NoSubnet: Subnet join cannot be used: it does not exist",
  ]);
});

Deno.test("node: says NoAvailableAddress when the join Subnet is full, and is served when it is not any more", () => {
  const lab = cluster({ joinCidr: "100.64.0.0/30" });
  lab.node("n1");
  lab.settle();
  lab.node("n2");
  lab.settle();
  assertMatch(lab.warnings(Node, "n2")[0]!, /NoAvailableAddress: Subnet join: no IPv4 address is left/);
  lab.delete(Node, "n1");
  lab.settle();
  assertEquals(toldTo(lab, "n2").ip_address, "100.64.0.2");
  lab.atRest();
});

Deno.test("node: annotations that somebody tampers with are put back", () => {
  const lab = cluster();
  lab.node("n1");
  lab.settle();
  const before = toldTo(lab, "n1");
  for (const key of Object.keys(before)) {
    for (const value of [null, "x"]) {
      lab.merge(Node, "n1", { metadata: { annotations: { [`ovn.kubernetes.io/${key}`]: value } } });
      lab.settle();
      assertEquals(toldTo(lab, "n1"), before, `${key} = ${value}`);
    }
  }
  lab.atRest();
});

Deno.test("node: its record comes back with its address when somebody deletes it", () => {
  const lab = cluster();
  lab.node("n1");
  lab.settle();
  const before = lab.get(IP, "node-n1")!;
  lab.delete(IP, "node-n1");
  lab.settle();
  assertNotEquals(lab.get(IP, "node-n1")?.metadata.uid, before.metadata.uid);
  assertEquals(lab.get(IP, "node-n1")?.spec.v4IpAddress, "100.64.0.2");
  assertEquals(lab.claims("join"), { "100.64.0.2": "node-n1" });
  lab.atRest();
});

Deno.test("node: a name too long for a label is no reason to go without an address", () => {
  const lab = cluster(), name = `n${"o".repeat(200)}de`;
  lab.node(name);
  lab.settle();
  lab.pod("default/p", {}, { node: name });
  lab.settle();
  assertEquals(toldTo(lab, name).ip_address, "100.64.0.2");
  assertEquals(lab.get(IP, `node-${name}`)?.metadata.labels?.["ovn.kubernetes.io/node-name"], undefined);
  assertEquals(lab.addressOf("default/p"), "10.16.0.2");
  lab.atRest();
});
