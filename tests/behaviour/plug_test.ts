/** Interfaces that come and go while their pod runs, and interfaces that cannot be had. @see S15 */
import { assertEquals, assertMatch } from "@std/assert";
import { NETWORKS } from "../../crds/annotations.ts";
import { NetworkAttachmentDefinition, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { MULTUS } from "../../sandbox/foreign.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Networks `net1` and `net2` of two addresses each, beside the default one. */
function attached(): Cluster {
  const lab = cluster({ served: [MULTUS] });
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"], gateway: "10.66.0.254" });
  for (const [i, name] of ["net1", "net2"].entries()) {
    lab.subnet(name, {
      cidrBlock: `10.7${i}.0.0/29`,
      provider: `${name}.default.ovn`,
      excludeIps: [`10.7${i}.0.4..10.7${i}.0.6`],
    });
    lab.network(`default/${name}`);
  }
  return lab.settle();
}

const plug = (lab: Cluster, pod: string, networks: string | null) =>
  lab.merge(Pod, pod, { metadata: { annotations: { [NETWORKS]: networks } } });

const told = (
  lab: Cluster,
  pod: string,
) => [lab.addressOf(pod), ...["net1", "net2"].map((n) => lab.toldOn(pod, `${n}.default.ovn`).ip_address)];

const recordsOf = (lab: Cluster, pod: string) => lab.records().filter((name) => name.startsWith(`${pod}.`));

Deno.test("plug: a pod that cannot have its last interface takes no address at all, and is served when it can", () => {
  const lab = attached();
  for (const name of ["a", "b"]) lab.pod(`default/${name}`, {}, { annotations: { [NETWORKS]: "net2" } });
  lab.settle();
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "net1,net2" } });
  lab.settle();
  assertMatch(lab.warnings(Pod, "default/p")[0]!, /AcquireAddressFailed NoAvailableAddress: Subnet net2/);
  assertEquals([told(lab, "default/p"), recordsOf(lab, "p")], [[undefined, undefined, undefined], []]);
  lab.atRest();
  lab.kill("default/a");
  lab.settle();
  assertEquals(told(lab, "default/p"), ["10.66.0.3", "10.70.0.2", "10.71.0.2"]);
  lab.atRest();
});

Deno.test("plug: an interface that a running pod names is added, and the others are as they were", () => {
  const lab = attached();
  lab.pod("default/p");
  lab.settle();
  const before = lab.told(Pod, "default/p");
  plug(lab, "default/p", "net1");
  lab.settle();
  assertEquals(told(lab, "default/p"), ["10.66.0.1", "10.70.0.2", undefined]);
  assertEquals(lab.told(Pod, "default/p"), before);
  lab.atRest();
});

Deno.test("plug: while an added interface cannot be had, what the pod has is kept, repaired and completed", () => {
  const lab = attached();
  lab.pod("default/p", {}, { node: null, annotations: { [NETWORKS]: "net2" } });
  lab.settle();
  plug(lab, "default/p", "net2,ghost");
  lab.settle();
  assertMatch(lab.warnings(Pod, "default/p")[0]!, /NetworkAttachmentDefinition default\/ghost/);
  lab.delete(IP, "p.default");
  lab.merge(Pod, "default/p", {
    metadata: { annotations: { "net2.default.ovn.kubernetes.io/cidr": "1.1.1.0/24" } },
  });
  lab.merge(Pod, "default/p", { metadata: { annotations: { "ovn.kubernetes.io/gateway": null } } });
  lab.settle();
  assertEquals(told(lab, "default/p"), ["10.66.0.1", undefined, "10.71.0.2"]);
  assertEquals(lab.told(Pod, "default/p").gateway, "10.66.0.254");
  assertEquals(recordsOf(lab, "p"), ["p.default", "p.default.net2.default.ovn"]);
  lab.atRest();
  lab.bind("default/p", "n1");
  lab.settle();
  assertEquals([lab.told(Pod, "default/p").routed, lab.toldOn("default/p", "net2.default.ovn").routed], [
    "true",
    "true",
  ]);
  lab.atRest();
});

Deno.test("plug: an interface that a running pod names no more is given back, and its keys go", () => {
  const lab = attached();
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "net1,net2" } });
  lab.settle();
  const { uid } = lab.get(IP, "p.default.net2.default.ovn")!.metadata;
  const { mac_address } = lab.toldOn("default/p", "net1.default.ovn");
  plug(lab, "default/p", "net2");
  lab.settle();
  const released = lab.announced.filter(({ reason }) => reason === "PodNetworkReleased");
  assertEquals(released.map(({ type, message }) => [type, message]), [
    ["Normal", `provider=net1.default.ovn subnet=net1 ip=10.70.0.2 mac=${mac_address}`],
  ]);
  assertEquals(told(lab, "default/p"), ["10.66.0.1", undefined, "10.71.0.2"]);
  assertEquals(lab.toldOn("default/p", "net1.default.ovn"), {});
  assertEquals([lab.claims("net1"), recordsOf(lab, "p")], [{}, ["p.default", "p.default.net2.default.ovn"]]);
  assertEquals(lab.get(IP, "p.default.net2.default.ovn")!.metadata.uid, uid);
  lab.atRest();
  plug(lab, "default/p", null);
  lab.settle();
  assertEquals([told(lab, "default/p"), recordsOf(lab, "p")], [["10.66.0.1", undefined, undefined], [
    "p.default",
  ]]);
  lab.atRest();
});

Deno.test("plug: what is said of an interface that is given back is what it had, not what somebody wrote there", () => {
  const lab = attached(), own = "net1.default.ovn.kubernetes.io/";
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "net1" } });
  lab.settle();
  const forged = { [`${own}ip_address`]: "10.70.0.3\nlevel=error", [`${own}logical_switch`]: "?" };
  lab.merge(Pod, "default/p", { metadata: { annotations: { [NETWORKS]: null, ...forged } } });
  lab.settle();
  const said = lab.announced.filter(({ reason }) => reason === "PodNetworkReleased");
  assertEquals(said.map(({ message }) => message.replace(/ mac=.*/, "")), [
    "provider=net1.default.ovn subnet=net1 ip=10.70.0.2",
  ]);
  assertEquals([lab.toldOn("default/p", "net1.default.ovn"), lab.claims("net1")], [{}, {}]);
  lab.atRest();
});

Deno.test("plug: an interface of the same network comes and goes, and its siblings keep keys and addresses", () => {
  const lab = attached();
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "net1@eth1" } });
  lab.settle();
  const first = lab.toldOn("default/p", "net1.default.ovn");
  plug(lab, "default/p", "net1@eth1,net1@eth2");
  lab.settle();
  assertEquals(lab.toldOn("default/p", "net1.default.ovn"), first);
  const second = lab.toldOn("default/p", "net1.default.ovn.eth2");
  assertEquals([first.ip_address, second.ip_address], ["10.70.0.2", "10.70.0.3"]);
  plug(lab, "default/p", "net1@eth2");
  lab.settle();
  assertEquals(lab.toldOn("default/p", "net1.default.ovn"), {});
  assertEquals(lab.toldOn("default/p", "net1.default.ovn.eth2"), second);
  assertEquals(lab.claims("net1"), { "10.70.0.3": "p.default.net1.default.ovn.eth2" });
  lab.atRest();
});

Deno.test("plug: networks that cannot be read take nothing from a running pod", () => {
  const lab = attached();
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "net1" } });
  lab.settle();
  const before = told(lab, "default/p");
  for (const text of ["[{", '[{"name":7}]', "a/b/c", "net1@", "{}", "x".repeat(300), "n,".repeat(20)]) {
    plug(lab, "default/p", text);
    lab.settle();
    assertEquals(told(lab, "default/p"), before, text);
  }
  assertMatch(
    lab.warnings(Pod, "default/p")[0]!,
    /ValidatePodNetworkFailed annotation k8s.v1.cni.cncf.io\/networks/,
  );
  lab.atRest();
});

Deno.test("plug: a definition that is edited or deleted takes nothing from a running pod", () => {
  const lab = attached();
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "net1" } });
  lab.settle();
  const before = told(lab, "default/p");
  for (const config of ["", "{", '{"type":"bridge"}']) {
    lab.merge(NetworkAttachmentDefinition, "default/net1", { spec: { config } });
    lab.settle();
    assertEquals(told(lab, "default/p"), before, config);
  }
  lab.delete(NetworkAttachmentDefinition, "default/net1");
  lab.settle();
  assertEquals(told(lab, "default/p"), before);
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals([lab.records().filter((r) => r.startsWith("p.")), lab.claims("net1")], [[], {}]);
  lab.atRest();
});

Deno.test("plug: an interface that is to have no address takes none", () => {
  const lab = attached();
  lab.pod("default/p", {}, {
    annotations: { [NETWORKS]: "net1", "net1.default.ovn.kubernetes.io/allocated": "true" },
  });
  lab.settle();
  assertEquals(told(lab, "default/p"), ["10.66.0.1", undefined, undefined]);
  assertEquals(lab.claims("net1"), {});
  lab.atRest();
});

Deno.test("plug: a Subnet that goes before its pod was told of it is let go", () => {
  const lab = attached();
  lab.subnet("full", { cidrBlock: "10.80.0.0/30", provider: "net3.default.ovn" });
  lab.network("default/net3");
  lab.settle();
  lab.intercept = ({ verb, resource }) =>
    verb === "apply" && resource.kind === "Pod"
      ? { outcome: "transient", status: 500, message: "" } as never
      : undefined;
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "net3" } });
  lab.settle({ ms: 100 });
  assertEquals(Object.keys(lab.claims("full")), ["10.80.0.2"]);
  lab.delete(Subnet, "full");
  lab.settle({ ms: 100 });
  lab.intercept = () => undefined;
  lab.settle();
  assertEquals(lab.get(Subnet, "full"), undefined);
  assertEquals(lab.addressOf("default/p"), undefined);
  lab.atRest();
});
