/** Worlds in which handlers are looked at as a whole: one for each thing that can be the matter. */
import { namespaceAnnotations } from "../controllers/namespace/annotations.ts";
import type { Obj } from "../reconcile/kind.ts";
import {
  DEFAULT_NETWORK,
  IDENTITY,
  IDENTITY_UID,
  NETWORKS,
  OWNER_KEY,
  OWNER_UID,
  SUBNET_UID,
  WORN_VIP,
  WORN_VIP_UID,
} from "../crds/annotations.ts";
import type { IP } from "../crds/ip.ts";
import { FINALIZER } from "../crds/labels.ts";
import { OvnEip } from "../crds/ovn_eip.ts";
import { Vip } from "../crds/vip.ts";
import {
  claim,
  holder,
  inUse,
  ip,
  namespace,
  network,
  node,
  pod,
  pool,
  ready,
  subnet,
  vlan,
  vpc,
} from "./world.ts";
import { gatewayWorlds } from "./gateway_worlds.ts";

const standard = ready(subnet("ovn-default", { cidrBlock: "10.16.0.0/16", default: true }));
const join = ready(subnet("join", { cidrBlock: "100.64.0.0/16" }));
const told = namespaceAnnotations([standard], []);

/** What every cluster has. */
const ground = [vpc(), standard, join];

const allocated = (subnet: string, address: string) => ({
  "ovn.kubernetes.io/allocated": "true",
  "ovn.kubernetes.io/ip_address": address,
  "ovn.kubernetes.io/logical_switch": subnet,
});

const served = [
  namespace("app", { annotations: told }),
  pod("app/p", {
    annotations: {
      ...allocated("ovn-default", "10.16.0.2"),
      "ovn.kubernetes.io/mac_address": "02:00:00:00:00:01",
      "ovn.kubernetes.io/cidr": "10.16.0.0/16",
      "ovn.kubernetes.io/gateway": "10.16.0.1",
      "ovn.kubernetes.io/pod_nic_type": "veth-pair",
      "ovn.kubernetes.io/logical_router": "ovn-cluster",
      "ovn.kubernetes.io/routed": "true",
    },
  }),
  ip({ owner: "app/p", subnet: "ovn-default", addresses: ["10.16.0.2"] }),
  claim({ subnet: "ovn-default", address: "10.16.0.2", holder: "p.app" }),
  node("n1", {
    annotations: {
      ...allocated("join", "100.64.0.2"),
      "ovn.kubernetes.io/mac_address": "02:00:00:00:00:01",
      "ovn.kubernetes.io/cidr": "100.64.0.0/16",
      "ovn.kubernetes.io/gateway": "100.64.0.1",
      "ovn.kubernetes.io/port_name": "node-n1",
    },
  }),
  ip({ owner: "n1", subnet: "join", addresses: ["100.64.0.2"] }),
  claim({ subnet: "join", address: "100.64.0.2", holder: "node-n1", ownerKey: "n1" }),
];

/** The record of an address that a Subnet has itself. */
function itself(subnet: string, address: string): IP {
  const record = ip({ owner: subnet, subnet, addresses: [address] }), name = `mcast-querier.${subnet}`;
  return { ...record, metadata: { ...record.metadata, name, uid: `${name}-uid` } };
}

/** Of the record of a pod of namespace `app` that wears a Vip. */
const wearing = (pod: string, vip: string) => ({
  [OWNER_UID]: `${pod}-uid`,
  [OWNER_KEY]: `app/${pod}`,
  [SUBNET_UID]: "ovn-default-uid",
  [WORN_VIP]: vip,
  [WORN_VIP_UID]: `${vip}-uid`,
});

const asking = { "ovn.kubernetes.io/ip_address": "10.16.0.2" };

/** A pod that names its controller. */
function member(
  key: string,
  [apiVersion, kind, name]: readonly string[],
  about: Parameters<typeof pod>[1] = {},
) {
  const made = pod(key, about), reference = { apiVersion, kind, name, uid: `${name}-uid`, controller: true };
  return { ...made, metadata: { ...made.metadata, ownerReferences: [reference] } } as typeof made;
}
const web = ["apps/v1", "StatefulSet", "web"], vm = ["kubevirt.io/v1", "VirtualMachineInstance", "vm"];
const launcher = { labels: { "kubevirt.io": "virt-launcher" } };

/** What keeps addresses, in namespace `app`. */
const keeper = ([apiVersion = "", kind = "", name = ""]: readonly string[], spec: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "app", uid: `${name}-uid`, resourceVersion: "1" },
  spec,
});

/** A record that served a pod before the one that is there now, and its claim. */
function retained(
  member: string,
  address: string,
  identity: Readonly<Record<string, string>>,
): readonly Obj[] {
  const subnet = "ovn-default", ownerKey = identity[OWNER_KEY] ?? `app/${member}`;
  const annotations = {
    [OWNER_UID]: "former",
    [OWNER_KEY]: ownerKey,
    [SUBNET_UID]: `${subnet}-uid`,
    ...identity,
  };
  return [
    ip({ owner: `app/${member}`, subnet, addresses: [address] }, { annotations }),
    claim({ subnet, address, holder: `${member}.app`, ownerKey }),
  ];
}
const ofWeb = { [IDENTITY]: "StatefulSet/web", [IDENTITY_UID]: "web-uid" };
const ofVm = { [IDENTITY]: "VirtualMachine/vm", [OWNER_KEY]: "app/VirtualMachine/vm" };

export const worlds: ReadonlyMap<string, readonly Obj[]> = new Map<string, readonly Obj[]>([
  ["everything is served", [...ground, ...served]],
  ["nothing is there yet", [namespace("app"), pod("app/p"), node("n1")]],
  ["everything was just created", [
    vpc("ovn-cluster", {}, { finalizers: [] }),
    subnet("ovn-default", { cidrBlock: "10.16.0.0/16", default: true }),
    subnet("join", { cidrBlock: "100.64.0.0/16" }),
    namespace("app"),
    pod("app/p"),
    node("n1"),
  ]],
  ["Subnets are held and namespaces not told yet", [
    ...ground,
    inUse(subnet("own", { cidrBlock: "10.1.0.0/16", namespaces: ["app"], namespaceSelectors: [{}] })),
    namespace("app"),
    namespace("web"),
    pod("app/p"),
  ]],
  ["Subnets that cannot be used", [
    ...ground,
    subnet("orphan", { cidrBlock: "10.1.0.0/16", vpc: "ghost", namespaces: ["app"] }),
    subnet("typo", { cidrBlock: "10.2.0.0/16", gateway: "10.9.0.1", namespaces: ["app"] }),
    inUse(subnet("going", { cidrBlock: "10.3.0.0/16", namespaces: ["app"] }, { going: true })),
    namespace("app", { annotations: told }),
    pod("app/p", { annotations: { "ovn.kubernetes.io/logical_switch": "orphan" } }),
    pod("app/q", { annotations: { "ovn.kubernetes.io/logical_switch": "going" } }),
    pod("app/r", { annotations: { "ovn.kubernetes.io/logical_switch": "nowhere" } }),
  ]],
  ["Subnets of one second", [
    ...ground,
    ready(subnet("left", { cidrBlock: "10.1.0.0/16", namespaces: ["app"] })),
    ready(subnet("right", { cidrBlock: "10.2.0.0/16", namespaces: ["app"] })),
    namespace("app"),
    pod("app/p"),
  ]],
  ["no default Subnet", [
    vpc(),
    inUse(subnet("ovn-default", { cidrBlock: "10.16.0.0/16" }, { going: true })),
    subnet("orphan", { cidrBlock: "10.1.0.0/16", vpc: "ghost", namespaces: ["app"] }),
    namespace("app"),
    pod("app/p"),
    node("n1"),
  ]],
  ["Subnets that overlap", [
    ...ground,
    inUse(subnet("older", { cidrBlock: "10.1.0.0/16" })),
    inUse(subnet("younger", { cidrBlock: "10.1.7.0/24" }, { born: 1 })),
    inUse(subnet("claimed", { cidrBlock: "10.1.8.0/24" }, { born: 2 })),
    claim({ subnet: "claimed", address: "10.1.8.9", holder: "p.app" }),
    subnet("newcomer", { cidrBlock: "10.1.0.0/17" }, { born: 3 }),
  ]],
  ["a Subnet edited under its claims", [
    ...ground,
    inUse(subnet("shrunk", { cidrBlock: "10.1.0.0/25" })),
    claim({ subnet: "shrunk", address: "10.1.0.200", holder: "p.app" }),
    inUse(subnet("regated", { cidrBlock: "10.2.0.0/24", gateway: "10.2.0.9" })),
    claim({ subnet: "regated", address: "10.2.0.9", holder: "q.app" }),
  ]],
  ["a custom Vpc", [
    ...ground,
    vpc("blue", { namespaces: ["app"], defaultSubnet: "own" }),
    vpc("late", { namespaces: ["app"] }, { born: 1 }),
    ready(subnet("own", { cidrBlock: "10.1.0.0/16", vpc: "blue", namespaces: ["app", "web"] })),
    namespace("app"),
    namespace("web", { annotations: told }),
  ]],
  ["addresses that somebody else has", [
    ...ground,
    ...served,
    pod("app/static", { annotations: asking }),
    ip({ owner: "other/x", subnet: "ovn-default", addresses: ["10.16.0.9"] }, { uid: "x" }),
    pod("app/named"),
    { ...ip({ owner: "other/named", subnet: "ovn-default", addresses: ["10.16.0.8"] }) },
  ]],
  ["Subnets that are full", [
    vpc(),
    ready(subnet("ovn-default", { cidrBlock: "10.16.0.0/30", default: true })),
    ready(subnet("join", { cidrBlock: "100.64.0.0/30" })),
    claim({ subnet: "ovn-default", address: "10.16.0.2", holder: "p.app" }),
    claim({ subnet: "join", address: "100.64.0.2", holder: "node-n2" }),
    namespace("app", { annotations: told }),
    pod("app/late"),
    node("n1"),
  ]],
  ["pools that are bound, full, overlapping, of nothing and of nobody", [
    ...ground,
    ...served,
    pool("first", { ips: ["10.16.0.2"], namespaces: ["app"] }),
    pool("second", { ips: ["10.16.0.2..10.16.0.9"], namespaces: ["app"] }, { born: 1 }),
    pool("typo", { ips: ["10.16.0.x"] }),
    pool("orphan", { subnet: "nowhere", ips: ["10.1.0.1"], namespaces: ["web"] }),
    pool("nameless", { subnet: "", ips: ["10.16.1.1"] }),
    pool("going", { ips: ["10.16.2.1"], namespaces: ["web"] }, { going: true }),
    pool("fine", { ips: ["10.16.3.0/24"] }),
    namespace("web", { annotations: namespaceAnnotations([standard], [pool("orphan", {})]) }),
    pod("app/waiting"),
    pod("app/named", { annotations: { "ovn.kubernetes.io/ip_pool": "fine" } }),
    pod("app/lost", { annotations: { "ovn.kubernetes.io/ip_pool": "nowhere" } }),
    pod("web/waiting"),
  ]],
  ["a user's reservations", [
    ...ground,
    ip({ owner: "app/p", subnet: "ovn-default", addresses: ["10.16.0.9"], reserved: true }),
    ip({ owner: "app/q", subnet: "nowhere", addresses: ["10.16.0.8"], reserved: true }),
    ip({ owner: "app/r", subnet: "ovn-default", addresses: ["10.99.0.8"], reserved: true }),
    namespace("app", { annotations: told }),
    pod("app/p"),
  ]],
  ["holders of addresses", [
    ...ground,
    ready(subnet("external", { cidrBlock: "10.1.0.0/24", provider: "net.kube-system" })),
    holder(Vip, "settled", {
      finalizers: [FINALIZER],
      labels: { "ovn.kubernetes.io/subnet": "external", "ovn.kubernetes.io/ip_reserved": "" },
      spec: { subnet: "external", v4ip: "10.1.0.9", macAddress: "02:00:00:00:00:09" },
      status: { v4ip: "10.1.0.9", v6ip: "", mac: "02:00:00:00:00:09", type: "" },
    }),
    claim({ subnet: "external", address: "10.1.0.9", holder: "settled", kind: "Vip" }),
    holder(OvnEip, "kept", {
      finalizers: [FINALIZER],
      labels: { "ovn.kubernetes.io/subnet": "external" },
      spec: { externalSubnet: "external", v4Ip: "10.1.0.8", macAddress: "02:00:00:00:00:08", type: "nat" },
      status: { v4Ip: "10.1.0.8", v6Ip: "", macAddress: "02:00:00:00:00:08", type: "nat", ready: true },
    }),
    claim({ subnet: "external", address: "10.1.0.8", holder: "kept", kind: "OvnEip" }),
    holder(OvnEip, "new", { finalizers: [FINALIZER], spec: {} }),
    holder(Vip, "fresh", { finalizers: [FINALIZER], spec: { subnet: "external" } }),
    holder(Vip, "late", { finalizers: [FINALIZER], spec: { subnet: "external", v4ip: "10.1.0.9" } }),
    holder(Vip, "undecided", { finalizers: [FINALIZER], spec: { subnet: "external", v4ip: "10.1.0.6" } }),
    claim({ subnet: "external", address: "10.1.0.7", holder: "undecided", kind: "Vip" }),
    holder(Vip, "nowhere", { spec: { subnet: "ghost" } }),
    claim({ subnet: "ghost", address: "10.2.0.7", holder: "nowhere", kind: "Vip" }),
    holder(Vip, "lost", {
      finalizers: [FINALIZER],
      spec: { subnet: "external" },
      status: { v4ip: "10.1.0.20" },
    }),
    holder(Vip, "going", { finalizers: [FINALIZER], going: true, spec: { subnet: "external" } }),
  ]],
  ...gatewayWorlds,
  ["Subnets with addresses of their own", [
    ...ground,
    ready(subnet("asks", { cidrBlock: "10.1.0.0/24", enableMulticastSnoop: true })),
    ready(subnet("full", { cidrBlock: "10.2.0.0/30", enableMulticastSnoop: true })),
    claim({ subnet: "full", address: "10.2.0.2", holder: "p.app" }),
    ready(subnet("has", { cidrBlock: "10.3.0.0/24", enableMulticastSnoop: true })),
    itself("has", "10.3.0.2"),
    claim({ subnet: "has", address: "10.3.0.2", holder: "mcast-querier.has", ownerKey: "has" }),
    ready(subnet("had", { cidrBlock: "10.4.0.0/24" })),
    itself("had", "10.4.0.2"),
    inUse(subnet("going", { cidrBlock: "10.5.0.0/24", enableMulticastSnoop: true }, { going: true })),
    itself("going", "10.5.0.2"),
  ]],
  ["worn Vips", [
    ...ground,
    namespace("app", { annotations: told }),
    ...["worn", "free", "leaving"].flatMap((name, i) => [
      holder(Vip, name, {
        finalizers: [FINALIZER],
        going: name === "leaving",
        labels: { "ovn.kubernetes.io/subnet": "ovn-default", "ovn.kubernetes.io/ip_reserved": "" },
        spec: { subnet: "ovn-default" },
        status: { v4ip: `10.16.1.${i}`, v6ip: "", mac: `02:00:00:00:01:0${i}`, type: "" },
      }),
      claim({ subnet: "ovn-default", address: `10.16.1.${i}`, holder: name, kind: "Vip" }),
    ]),
    pod("app/p", {
      annotations: { ...allocated("ovn-default", "10.16.1.0"), "ovn.kubernetes.io/vip": "worn" },
    }),
    ip({ owner: "app/p", subnet: "ovn-default", addresses: ["10.16.1.0"] }, {
      annotations: wearing("p", "worn"),
    }),
    claim({ subnet: "ovn-default", address: "vip-worn-uid", holder: "p.app" }),
    pod("app/late", { annotations: { "ovn.kubernetes.io/vip": "worn" } }),
    pod("app/early", { annotations: { "ovn.kubernetes.io/vip": "free" } }),
    pod("app/nowhere", { annotations: { "ovn.kubernetes.io/vip": "ghost" } }),
    pod("app/untold", { annotations: { "ovn.kubernetes.io/vip": "leaving" } }),
    ip({ owner: "app/untold", subnet: "ovn-default", addresses: ["10.16.1.2"] }, {
      annotations: wearing("untold", "leaving"),
    }),
  ]],
  ["StatefulSets", [
    ...ground,
    namespace("app", { annotations: told }),
    keeper(web, { replicas: 2 }),
    keeper(["apps.kruise.io/v1beta1", "AdvancedStatefulSet", "db"], { reserveOrdinals: [0] }),
    member("app/web-0", web, { annotations: allocated("ovn-default", "10.16.0.2") }),
    ...retained("web-0", "10.16.0.2", ofWeb),
    member("app/web-1", web, { annotations: { "ovn.kubernetes.io/logical_switch": "nowhere" } }),
    ...retained("web-1", "10.16.0.3", ofWeb),
    member("app/web-5", web),
    ...retained("web-5", "10.16.0.4", ofWeb),
    member("app/db-1", ["apps.kruise.io/v1beta1", "StatefulSet", "db"]),
    member("app/lost-0", ["apps/v1", "StatefulSet", "lost"], {
      annotations: { "ovn.kubernetes.io/ip_pool": "10.16.0.8,10.16.0.9" },
    }),
  ]],
  ["virtual machines", [
    ...ground,
    namespace("app", { annotations: told }),
    keeper(["kubevirt.io/v1", "VirtualMachine", "vm"]),
    member("app/from", vm, { ...launcher, annotations: allocated("ovn-default", "10.16.0.2") }),
    member("app/to", vm, launcher),
    ...retained("vm", "10.16.0.2", ofVm),
  ]],
  ["virtual machines whose Subnet is gone", [
    vpc(),
    join,
    namespace("app", { annotations: told }),
    keeper(["kubevirt.io/v1", "VirtualMachine", "vm"]),
    member("app/from", vm, launcher),
    member("app/to", vm, launcher),
    ...retained("vm", "10.16.0.2", ofVm),
  ]],
  ["a Subnet was removed by force", [
    vpc(),
    join,
    namespace("app", { annotations: told }),
    ...served.filter(({ kind }) => kind !== "Namespace"),
    pod("app/untold"),
    ip({ owner: "app/untold", subnet: "ovn-default", addresses: ["10.16.0.7"] }),
  ]],
  ["pods with several interfaces", [
    ...ground,
    ...served,
    vlan("v7"),
    network("app/net1", "net1.app.ovn"),
    network("app/mv", "mv.app"),
    network("app/lonely", "lonely.app.ovn"),
    network("app/foreign"),
    ready(subnet("one", { cidrBlock: "10.70.0.0/24", provider: "net1.app.ovn", vlan: "v7" })),
    ready(subnet("ext", { cidrBlock: "10.71.0.0/24", provider: "mv.app" })),
    inUse(subnet("lost", { cidrBlock: "10.72.0.0/24", vlan: "ghost" })),
    pod("app/several", { annotations: { [NETWORKS]: "net1@eth1,net1@eth2,mv,foreign" } }),
    pod("app/waiting", { annotations: { [NETWORKS]: "ghost,lonely" } }),
    pod("app/unreadable", { annotations: { [NETWORKS]: "[{" } }),
    pod("app/other", { annotations: { [DEFAULT_NETWORK]: "net1" } }),
  ]],
  ["a pod is told of one interface and waits for another", [
    ...ground,
    namespace("app", { annotations: told }),
    network("app/lonely", "lonely.app.ovn"),
    ...served.filter(({ kind }) => kind !== "Pod" && kind !== "Namespace"),
    ...served.filter(({ kind }) => kind === "Pod").map((each) => ({
      ...each,
      metadata: { ...each.metadata, annotations: { ...each.metadata.annotations, [NETWORKS]: "lonely" } },
    })),
  ]],
]);
