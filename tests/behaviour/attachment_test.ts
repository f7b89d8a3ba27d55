/** Pods with several interfaces: whose addresses they get, and what they are told of each. */
import { assertEquals, assertMatch } from "@std/assert";
import { NETWORKS } from "../../crds/annotations.ts";
import { NetworkAttachmentDefinition, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { MULTUS } from "../../sandbox/foreign.ts";
import { type Cluster, cluster } from "./cluster.ts";

const MACVLAN = { type: "macvlan", master: "eth0", ipam: { type: "kube-ovn", provider: "mv.default" } };

/** `net1` is made by us, `mv` by another plugin; both have a Subnet. */
function attached(): Cluster {
  const lab = cluster({ served: [MULTUS] });
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"], gateway: "10.66.0.254" });
  lab.subnet("one", { cidrBlock: "10.67.0.0/24", provider: "net1.default.ovn", gateway: "10.67.0.254" });
  lab.subnet("ext", { cidrBlock: "10.68.0.0/24", provider: "mv.default", gateway: "10.68.0.254" });
  lab.network("default/net1");
  lab.network("default/mv", MACVLAN);
  return lab.settle();
}

/** What the pod waits for now. */
const waiting = (lab: Cluster, pod: string) => {
  const plan = lab.engine.explain(Pod, pod)?.plan;
  return plan?.verdict === "wait" ? plan.message : "";
};

const networks = (text: string) => ({ annotations: { [NETWORKS]: text } });

Deno.test("attachment: a network of type kube-ovn is told like the default one, under its own provider", () => {
  const lab = attached();
  lab.pod("default/p", {}, networks("net1"));
  lab.settle();
  const told = lab.toldOn("default/p", "net1.default.ovn");
  assertEquals(told, {
    allocated: "true",
    routed: "true",
    ip_address: "10.67.0.1",
    mac_address: told.mac_address!,
    cidr: "10.67.0.0/24",
    gateway: "10.67.0.254",
    logical_switch: "one",
    logical_router: "ovn-cluster",
    pod_nic_type: "veth-pair",
  });
  assertEquals(lab.addressOf("default/p"), "10.66.0.1");
  assertEquals(lab.records().filter((name) => name.startsWith("p.")), [
    "p.default",
    "p.default.net1.default.ovn",
  ]);
  assertEquals(lab.get(IP, "p.default.net1.default.ovn")?.spec.podName, "p");
  assertEquals(lab.claims("one"), { "10.67.0.1": "p.default.net1.default.ovn" });
  lab.atRest();
});

Deno.test("attachment: each network is an Event; one whose MAC another plugin makes says nothing of a MAC", () => {
  const lab = attached();
  lab.pod("default/p", {}, networks("net1,mv"));
  lab.settle();
  const said = lab.announced.filter(({ reason }) => reason === "PodNetworkAllocated").map((a) => a.message);
  const [own, net1] = ["ovn", "net1.default.ovn"].map((provider) => lab.toldOn("default/p", provider));
  assertEquals(said, [
    `provider=ovn subnet=sn ip=10.66.0.1 mac=${own?.mac_address}`,
    `provider=net1.default.ovn subnet=one ip=10.67.0.1 mac=${net1?.mac_address}`,
    "provider=mv.default subnet=ext ip=10.68.0.1",
  ]);
});

Deno.test("attachment: of another plugin's network a pod is told the addresses, and no MAC, port or router", () => {
  const lab = attached();
  lab.pod("default/p", {}, {
    annotations: { [NETWORKS]: "default/mv", "mv.default.kubernetes.io/logical_switch": "ext" },
  });
  lab.settle();
  assertEquals(lab.toldOn("default/p", "mv.default"), {
    allocated: "true",
    ip_address: "10.68.0.1",
    cidr: "10.68.0.0/24",
    gateway: "10.68.0.254",
    subnet: "ext",
  });
  assertEquals(lab.get(IP, "p.default.mv.default")?.spec.macAddress, "");
  lab.atRest();
});

Deno.test("attachment: all interfaces of a pod are told in one write, one Event for each", () => {
  const lab = attached();
  const mark = lab.sent.length;
  lab.pod("default/p", {}, networks("net1, default/mv@eth2"));
  lab.settle();
  assertEquals(lab.writes(mark).filter((w) => w.includes("Pod/")), ["apply Pod/default/p"]);
  const said = lab.announced.filter(({ object, reason }) =>
    object.metadata.name === "p" && reason === "PodNetworkAllocated"
  );
  assertEquals(said.map(({ message }) => message.split(" ")[0]).sort(), [
    "provider=mv.default",
    "provider=net1.default.ovn",
    "provider=ovn",
  ]);
  lab.atRest();
});

Deno.test("attachment: a network once more, by name of interface, is an interface of its own", () => {
  const lab = attached();
  lab.pod("default/p", {}, {
    annotations: {
      [NETWORKS]: JSON.stringify([
        { name: "net1", interface: "eth1" },
        { name: "net1", interface: "eth2", ips: ["10.67.0.7/24"], mac: "0A:00:5E:00:53:01" },
        { name: "net1", interface: "eth3" },
      ]),
      "net1.default.kubernetes.io/ip_address.eth3": "10.67.0.9",
      "net1.default.kubernetes.io/mac_address.eth3": "0a:00:5e:00:53:03",
    },
  });
  lab.settle();
  const of = (device: string) => lab.toldOn("default/p", `net1.default.ovn.${device}`);
  assertEquals(["eth1", "eth2", "eth3"].map((d) => of(d).ip_address), [
    "10.67.0.1",
    "10.67.0.7",
    "10.67.0.9",
  ]);
  assertEquals([of("eth2").mac_address, of("eth3").mac_address], ["0a:00:5e:00:53:01", "0a:00:5e:00:53:03"]);
  assertEquals(lab.claims("one")["0a:00:5e:00:53:01"], "p.default.net1.default.ovn.eth2");
  assertEquals(lab.toldOn("default/p", "net1.default.ovn"), {});
  const whole = {
    allocated: "true",
    routed: "true",
    ip_address: "10.67.0.7",
    mac_address: "0a:00:5e:00:53:01",
    cidr: "10.67.0.0/24",
    gateway: "10.67.0.254",
    logical_switch: "one",
    logical_router: "ovn-cluster",
    pod_nic_type: "veth-pair",
  };
  assertEquals(of("eth2"), whole);
  lab.atRest();
  // Whose network cannot be looked up any more is told the same.
  lab.delete(NetworkAttachmentDefinition, "default/net1");
  lab.settle();
  assertEquals(of("eth2"), whole);
  lab.atRest();
});

Deno.test("attachment: a network of another plugin in a namespace that is called ovn is none of OVN's", () => {
  const lab = cluster({ served: [MULTUS] });
  lab.namespace("ovn");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["ovn"] });
  lab.subnet("ext", { cidrBlock: "10.68.0.0/24", provider: "mv.ovn" });
  lab.network("ovn/mv", { type: "macvlan", ipam: { type: "kube-ovn" } });
  lab.settle();
  assertEquals([lab.ready("ext"), lab.get(Subnet, "ext")?.spec.vpc], [
    "True SetNonOvnSubnetSuccess",
    undefined,
  ]);
  lab.pod("ovn/p", {}, networks("mv@eth1,mv@eth2"));
  lab.settle();
  const common = { allocated: "true", cidr: "10.68.0.0/24", gateway: "10.68.0.1", subnet: "ext" };
  assertEquals(["eth1", "eth2"].map((device) => lab.toldOn("ovn/p", `mv.ovn.${device}`)), [
    { ...common, ip_address: "10.68.0.2" },
    { ...common, ip_address: "10.68.0.3" },
  ]);
  lab.atRest();
});

Deno.test("attachment: the same network twice without names of interfaces is refused, and nothing is taken", () => {
  const lab = attached();
  lab.pod("default/p", {}, networks("net1,net1"));
  lab.settle();
  assertMatch(
    lab.warnings(Pod, "default/p").join(),
    /ValidatePodNetworkFailed.*net1: is attached more than once/,
  );
  assertEquals([lab.addressOf("default/p"), lab.claims("sn"), lab.claims("one")], [undefined, {}, {}]);
  lab.atRest();
});

Deno.test("attachment: the default network can be another one", () => {
  const lab = attached();
  lab.pod("default/p", {}, {
    annotations: { "v1.multus-cni.io/default-network": "default/net1", [NETWORKS]: "mv" },
  });
  lab.settle();
  assertEquals(lab.addressOf("default/p"), undefined);
  assertEquals(lab.records().filter((name) => name.startsWith("p.")), [
    "p.default.mv.default",
    "p.default.net1.default.ovn",
  ]);
  lab.atRest();
});

Deno.test("attachment: whichever network has the default route, it is routed once the pod has a node, and the wish stays", () => {
  const lab = attached(), wish = "net1.default.ovn.kubernetes.io/default_route";
  const annotations = {
    [NETWORKS]: JSON.stringify([{ name: "net1", "default-route": ["10.67.0.254"] }, { name: "mv" }]),
    [wish]: "true",
  };
  lab.pod("default/p", { default_route: "false" }, { annotations, node: null });
  lab.settle();
  const routed = () =>
    ["ovn", "net1.default.ovn", "mv.default"].map((each) => lab.toldOn("default/p", each).routed);
  assertEquals(routed(), [undefined, undefined, undefined]);
  lab.bind("default/p", "n1");
  lab.settle();
  assertEquals(routed(), ["true", "true", undefined]);
  const now = lab.get(Pod, "default/p")!.metadata.annotations!;
  assertEquals([now[NETWORKS], now[wish]], [annotations[NETWORKS], "true"]);
  assertEquals(lab.told(Pod, "default/p").default_route, "false");
  lab.atRest();
});

Deno.test("attachment: of several Subnets of a provider the oldest that can serve the pod does; a pod may name another", () => {
  const lab = attached();
  lab.subnet("more", { cidrBlock: "10.69.0.0/30", provider: "net1.default.ovn" });
  lab.settle();
  lab.pod("default/p", {}, networks("net1"));
  lab.pod("default/q", {}, {
    annotations: { [NETWORKS]: "net1", "net1.default.ovn.kubernetes.io/logical_switch": "more" },
  });
  lab.settle();
  const subnetOf = (pod: string) => lab.toldOn(`default/${pod}`, "net1.default.ovn").logical_switch;
  assertEquals([subnetOf("p"), subnetOf("q")], ["one", "more"]);
  lab.delete(Subnet, "one");
  lab.settle();
  lab.delete(Pod, "default/q", { gracePeriodSeconds: 0 });
  lab.pod("default/r", {}, networks("net1"));
  lab.settle();
  assertEquals(subnetOf("r"), "more");
  lab.atRest();
});

Deno.test("attachment: a network that is none of ours is passed over", () => {
  const lab = attached();
  lab.network("default/bridge", { type: "bridge", ipam: { type: "host-local" } });
  lab.network("default/empty", "");
  lab.network("default/chain", { plugins: [{ type: "bridge" }, { type: "tuning" }] });
  lab.pod("default/p", {}, networks("bridge,empty,chain"));
  lab.settle();
  assertEquals(lab.addressOf("default/p"), "10.66.0.1");
  assertEquals(lab.warnings(Pod, "default/p"), []);
  lab.atRest();
});

Deno.test("attachment: a list of plugins is ours where one of them is", () => {
  const lab = attached();
  lab.network("default/chained", {
    plugins: [{ type: "ipvlan", ipam: { type: "kube-ovn", provider: "mv.default" } }, { type: "tuning" }],
  });
  lab.pod("default/p", {}, networks("chained"));
  lab.settle();
  assertEquals(lab.toldOn("default/p", "mv.default").ip_address, "10.68.0.1");
  lab.atRest();
});

Deno.test("attachment: what is missing is named, and the pod goes on by itself when it is there", () => {
  const lab = cluster({ served: [MULTUS] });
  lab.pod("default/p", {}, networks("kube-system/late"));
  lab.settle();
  assertMatch(
    lab.warnings(Pod, "default/p").at(-1)!,
    /NetworkAttachmentDefinition kube-system\/late .* does not exist/,
  );
  lab.network("kube-system/late", "{");
  lab.settle();
  assertMatch(waiting(lab, "default/p"), /kube-system\/late cannot be used: spec.config is not JSON/);
  lab.merge(NetworkAttachmentDefinition, "kube-system/late", { spec: { config: '{"type":"kube-ovn"}' } });
  lab.settle();
  assertMatch(waiting(lab, "default/p"), /provider late.kube-system.ovn is not bound to any Subnet/);
  lab.subnet("one", { cidrBlock: "10.67.0.0/24", provider: "late.kube-system.ovn" });
  lab.settle();
  assertEquals(lab.toldOn("default/p", "late.kube-system.ovn").ip_address, "10.67.0.2");
  lab.atRest();
});

Deno.test("attachment: a reservation for an attached network has the network in its name, and the pod wears it", () => {
  const lab = attached();
  const reserve = (name: string, subnet: string, v4IpAddress: string) =>
    lab.create(IP, { metadata: { name }, spec: { podName: "p", namespace: "default", subnet, v4IpAddress } });
  reserve("p.default.net1.default.ovn", "one", "10.67.0.77");
  reserve("p.default.mv.default", "ext", "10.68.0.77");
  reserve("p.default", "ext", "10.68.0.78");
  lab.settle();
  assertMatch(
    lab.warnings(IP, "p.default")[0]!,
    /metadata.name is p.default, but spec.subnet ext makes it p.default.mv.default/,
  );
  lab.delete(IP, "p.default");
  lab.pod("default/p", {}, networks("net1,mv"));
  lab.settle();
  const told = ["net1.default.ovn", "mv.default"].map((provider) => lab.toldOn("default/p", provider));
  assertEquals(told.map(({ ip_address }) => ip_address), ["10.67.0.77", "10.68.0.77"]);
  assertEquals([lab.warnings(Pod, "default/p"), told[1]!.mac_address], [[], undefined]);
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals(lab.claims("one")["10.67.0.77"], "p.default.net1.default.ovn");
  lab.atRest();
});

Deno.test("attachment: a name too long for a record is refused, and the limit named", () => {
  const lab = attached();
  const pod = `default/${"p".repeat(235)}`;
  lab.pod(pod, {}, networks("net1"));
  lab.settle();
  assertMatch(lab.warnings(Pod, pod)[0]!, /has 260 characters, more than 253; choose a shorter pod name/);
  assertEquals(lab.addressOf(pod), undefined);
  lab.atRest();
});

Deno.test("attachment: two interfaces in one Subnet get two addresses, also when both come at once or both ask for one list", () => {
  const lab = attached();
  const list = "net1.default.ovn.eth1.kubernetes.io/ip_pool";
  lab.pod("default/p", {}, {
    annotations: {
      [NETWORKS]: "net1@eth1,net1@eth2",
      [list]: "10.67.0.20,10.67.0.21",
      [list.replace("eth1", "eth2")]: "10.67.0.20,10.67.0.21",
    },
  });
  lab.settle();
  assertEquals(lab.claims("one"), {
    "10.67.0.20": "p.default.net1.default.ovn.eth1",
    "10.67.0.21": "p.default.net1.default.ovn.eth2",
  });
  lab.atRest();
});
