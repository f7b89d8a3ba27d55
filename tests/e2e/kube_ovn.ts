/** A cluster as Kube-OVN leaves it: definitions that check next to nothing, and objects with its finalizer, labels and status. */
import { FINALIZER, IP_RESERVED_LABEL, OLD_FINALIZER } from "../../crds/labels.ts";
import type { Json } from "../../kube/api.ts";
import { ovn, pod } from "./manifests.ts";

const GROUP = "kubeovn.io";

/** Kind, plural, short name, and whether it has a status of its own. */
const KINDS = [
  ["Vpc", "vpcs", "vpc", true],
  ["Subnet", "subnets", "subnet", true],
  ["IP", "ips", "ip", false],
  ["IPPool", "ippools", "ippool", true],
  ["Vip", "vips", "vip", false],
  ["OvnEip", "ovn-eips", "oeip", true],
  ["VpcNatGateway", "vpc-nat-gateways", "vpc-nat-gw", true],
  ["IptablesEIP", "iptables-eips", "eip", true],
  ["IptablesFIPRule", "iptables-fip-rules", "fip", true],
  ["IptablesDnatRule", "iptables-dnat-rules", "dnat", true],
  ["IptablesSnatRule", "iptables-snat-rules", "snat", true],
  ["Vlan", "vlans", "vlan", true],
  // Nothing of ours.
  ["QoSPolicy", "qos-policies", "qos", true],
] as const;

const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

export const definitions: readonly Json[] = KINDS.map(([kind, plural, short, hasStatus]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: "Cluster",
    names: { kind, plural, listKind: `${kind}List`, singular: kind.toLowerCase(), shortNames: [short] },
    versions: [{
      name: "v1",
      served: true,
      storage: true,
      ...(hasStatus ? { subresources: { status: {} } } : {}),
      additionalPrinterColumns: [{ name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }],
      schema: { openAPIV3Schema: { type: "object", properties: { spec: anything, status: anything } } },
    }],
  },
}));

function left(kind: string, name: string, spec: Json, { status, ...metadata }: Json = {}): Json {
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: { name, finalizers: [FINALIZER], ...metadata },
    spec,
    ...(status ? { status } : {}),
  };
}

const READY = { type: "Ready", status: "True", reason: "ResetLogicalSwitchAclSuccess", message: "" };

function subnet(name: string, block: string, first: string, spec: Json): Json {
  const common = { protocol: "IPv4", gateway: first, excludeIps: [first], gatewayType: "distributed" };
  // Counters that have drifted.
  const status = {
    conditions: [READY],
    v4usingIPs: 99,
    v4availableIPs: 1,
    v4usingIPrange: "",
    v6usingIPs: 0,
  };
  return left("Subnet", name, { cidrBlock: block, vpc: "ovn-cluster", provider: "ovn", ...common, ...spec }, {
    status,
  });
}

/** What is of the whole cluster, for the pods of a namespace. */
export function objects(namespace: string): readonly Json[] {
  return [
    left("Vpc", "ovn-cluster", {}, {
      status: { default: true, standby: true, router: "ovn-cluster", defaultLogicalSwitch: "ovn-default" },
    }),
    subnet("ovn-default", "10.16.0.0/16", "10.16.0.1", { default: true, natOutgoing: true }),
    subnet("join", "100.64.0.0/16", "100.64.0.1", {}),
    subnet("shop", "10.66.0.0/24", "10.66.0.1", { namespaces: [namespace] }),
    subnet("ext", "192.168.50.0/28", "192.168.50.1", { provider: "ext.kube-system", vpc: "" }),
    left("IPPool", "spare", { subnet: "shop", ips: ["10.66.0.100..10.66.0.110"], enableAddressSet: false }, {
      status: { v4AvailableIPs: 11 },
    }),
    left("Vip", "front", { subnet: "shop", namespace, v4ip: "10.66.0.60", macAddress: mac(60) }, {
      labels: { "ovn.kubernetes.io/subnet": "shop", "ovn.kubernetes.io/ip_reserved": "" },
      status: { type: "", v4ip: "10.66.0.60", mac: mac(60) },
    }),
    left("OvnEip", "uplink", { externalSubnet: "ext", v4Ip: "192.168.50.4", type: "nat" }, {
      status: { v4Ip: "192.168.50.4", macAddress: mac(4), type: "nat", ready: true },
    }),
    left("IptablesEIP", "public", { externalSubnet: "ext", v4ip: "192.168.50.5", natGwDp: "edge" }, {
      labels: { "ovn.kubernetes.io/eip_v4_ip": "192.168.50.5" },
      status: { ready: true, ip: "192.168.50.5" },
    }),
    left("QoSPolicy", "slow", { bindingType: "EIP", shared: true }, { status: { shared: true } }),
  ];
}

/** A record of a pod's interface in Subnet shop. */
export function record(
  namespace: string,
  name: string,
  host: number,
  { finalizer = FINALIZER, podType = "", labels = {} }: Json = {},
): Json {
  const address = `10.66.0.${host}`;
  const standard = { [IP_RESERVED_LABEL]: "false", "ovn.kubernetes.io/subnet": "shop", shop: "" };
  return left("IP", `${name}.${namespace}`, {
    podName: name,
    namespace,
    subnet: "shop",
    nodeName: "node-1",
    ipAddress: address,
    v4IpAddress: address,
    v6IpAddress: "",
    macAddress: mac(host),
    attachIps: [],
    attachMacs: [],
    attachSubnets: [],
    containerID: "",
    podType,
  }, { finalizers: [finalizer], labels: { ...standard, ...labels } });
}

/** What a pod of Subnet shop was told. */
export const told = (host: number): Readonly<Record<string, string>> =>
  ovn({
    allocated: "true",
    routed: "true",
    ip_address: `10.66.0.${host}`,
    mac_address: mac(host),
    cidr: "10.66.0.0/24",
    gateway: "10.66.0.1",
    logical_switch: "shop",
    logical_router: "ovn-cluster",
    pod_nic_type: "veth-pair",
  });

/** Pods that run, by name, with the last number of their address; two of them have the same. */
export const PODS = { one: 10, two: 11, rival: 12, "rival-too": 12, unrecorded: 13 } as const;

/** Pods and records in their namespace. */
export function inNamespace(namespace: string): readonly Json[] {
  const pods = Object.entries(PODS).map(([name, host]) => pod(`${namespace}/${name}`, told(host)));
  return [
    ...pods,
    record(namespace, "one", 10),
    record(namespace, "two", 11, { finalizer: OLD_FINALIZER }),
    record(namespace, "rival", 12),
    record(namespace, "gone-long-ago", 20),
    record(namespace, "to-come", 30, { labels: { [IP_RESERVED_LABEL]: "true" } }),
  ];
}

const mac = (host: number): string => `00:00:00:66:00:${host.toString(16).padStart(2, "0")}`;
