/** What one pod costs, and what it is told when. @see L16 */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { type Cluster, cluster } from "./cluster.ts";

function served(cidrBlock = "10.66.0.0/24"): Cluster {
  const lab = cluster();
  lab.subnet("sn", {
    cidrBlock,
    namespaces: ["default"],
    gateway: cidrBlock.includes(",") ? "" : "10.66.0.254",
  });
  return lab.settle();
}

const normal = (lab: Cluster, name: string) =>
  lab.announced.filter((a) => a.type === "Normal" && a.object.metadata.name === name).map((a) =>
    `${a.reason} ${a.message}`
  );

Deno.test("pod: is told everything that Kube-OVN tells it", () => {
  const lab = served();
  lab.pod("default/p");
  lab.settle();
  const told = lab.told(Pod, "default/p");
  assertEquals(told, {
    allocated: "true",
    routed: "true",
    ip_address: "10.66.0.1",
    mac_address: told.mac_address!,
    cidr: "10.66.0.0/24",
    gateway: "10.66.0.254",
    logical_switch: "sn",
    logical_router: "ovn-cluster",
    pod_nic_type: "veth-pair",
  });
  lab.atRest();
});

Deno.test("pod: its record has every field that Kube-OVN's records have", () => {
  const lab = served("10.66.0.0/24,fd00:66::/112");
  lab.pod("default/p", {}, { node: "n7" });
  lab.settle();
  const { spec, metadata } = lab.get(IP, "p.default")!, uid = lab.get(Pod, "default/p")!.metadata.uid;
  assertEquals(spec, {
    podName: "p",
    namespace: "default",
    subnet: "sn",
    nodeName: "n7",
    v4IpAddress: "10.66.0.2",
    v6IpAddress: "fd00:66::2",
    ipAddress: "10.66.0.2,fd00:66::2",
    macAddress: lab.told(Pod, "default/p").mac_address!,
    podType: "",
    containerID: "",
    attachSubnets: [],
    attachIps: [],
    attachMacs: [],
  });
  assertEquals(metadata.labels, {
    "ovn.kubernetes.io/subnet": "sn",
    "ovn.kubernetes.io/node-name": "n7",
    "ovn.kubernetes.io/ip_reserved": "false",
    "sn": "",
  });
  assertEquals(metadata.annotations?.["ipam.cadastre.internal/owner-uid"], uid);
  assertEquals(metadata.finalizers, undefined);
  assertEquals(metadata.ownerReferences, undefined);
});

Deno.test("pod: a life takes three writes to allocate and two to release; one more where it is scheduled later", () => {
  for (const node of ["n1", null]) {
    const lab = served(), mark = lab.sent.length;
    const writes = () => lab.writes(mark).filter((write) => !write.includes("Subnet/"));
    lab.pod("default/p", {}, { node });
    lab.settle();
    const allocated = ["create IP/p.default", "create AddressClaim/sn.10.66.0.1", "apply Pod/default/p"];
    assertEquals(writes(), allocated);
    assertEquals(lab.told(Pod, "default/p").routed, node ? "true" : undefined);
    const routed = node ? [] : ["apply Pod/default/p"];
    if (!node) lab.bind("default/p", "n1");
    lab.settle();
    assertEquals([writes(), lab.told(Pod, "default/p").routed], [[...allocated, ...routed], "true"]);
    lab.kill("default/p");
    lab.settle();
    const released = ["delete IP/p.default", "delete AddressClaim/sn.10.66.0.1"];
    assertEquals(writes(), [...allocated, ...routed, ...released]);
    lab.atRest();
  }
});

Deno.test("pod: its allocation is one Event, said once, with all that a reader wants to know", () => {
  const lab = served();
  lab.pod("default/p");
  lab.settle();
  const mac = lab.told(Pod, "default/p").mac_address;
  assertEquals(normal(lab, "p"), [`PodNetworkAllocated provider=ovn subnet=sn ip=10.66.0.1 mac=${mac}`]);
  assertEquals(lab.warnings(Pod, "default/p"), []);
  lab.engine.resync();
  lab.settle();
  assertEquals(normal(lab, "p").length, 1);
});

Deno.test("pod: what users and others wrote on it stays; what was asked for is answered in canonical text", () => {
  const lab = served("10.66.0.0/24,fd00:66::/112");
  lab.pod("default/p", { ip_address: "FD00:66::9", mac_address: "0A-00-5E-00-53-01", ingress_rate: "3" });
  lab.merge(Pod, "default/p", {
    metadata: { annotations: { "example.com/x": "1" }, labels: { app: "web" } },
  });
  lab.settle();
  const { ip_address, mac_address, ingress_rate } = lab.told(Pod, "default/p");
  assertEquals([ip_address, mac_address, ingress_rate], ["10.66.0.2,fd00:66::9", "0a:00:5e:00:53:01", "3"]);
  const { annotations, labels } = lab.get(Pod, "default/p")!.metadata;
  assertEquals([annotations?.["example.com/x"], labels], ["1", { app: "web" }]);
  lab.atRest();
});

Deno.test("pod: of an underlay it is not told a router", () => {
  const lab = cluster();
  lab.vlan("v1");
  lab.subnet("underlay", { cidrBlock: "10.66.0.0/24", vlan: "v1" });
  lab.settle();
  lab.pod("default/p", { logical_switch: "underlay" });
  lab.settle();
  assertEquals(lab.told(Pod, "default/p").logical_router, undefined);
  assertMatch(lab.addressOf("default/p") ?? "", /^10\.66/);
  lab.atRest();
});
