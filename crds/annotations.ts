/**
 * Annotation keys: what users ask for, what we answer, and what we keep for ourselves.
 *
 * The output tables are the complete list of what is ever written on objects that are not ours; {@link isOutput} guards it.
 */
import type { Kind } from "../reconcile/kind.ts";
import { CADASTRE } from "./custom.ts";
import { isObjectName } from "./object_name.ts";

/** Provider of the cluster's default network. */
export const OVN = "ovn";
const DOMAIN = ".kubernetes.io";

/** What a user may write on a Pod or a pod template, after the provider's prefix. */
export const podInputs = [
  "ip_address",
  "mac_address",
  "ip_pool",
  "ip_family",
  "logical_switch",
  "default_route",
  "vip",
  "aaps",
] as const;

/** What we write on a Pod, after the provider's prefix. */
export const podOutputs = [
  "ip_address",
  "mac_address",
  "cidr",
  "gateway",
  "logical_switch",
  "pod_nic_type",
  "allocated",
  "routed",
  "virtualmachine",
  "logical_router",
  "vlan_id",
  "provider_network",
  /** Ours: where Kube-OVN leaves `logical_switch` out, in networks of other CNI plugins. */
  "subnet",
] as const;

/** What we write on a Namespace, under {@link OVN}. */
export const namespaceOutputs = ["logical_switch", "cidr", "exclude_ips", "ip_pool"] as const;

/** What we write on a Node, under {@link OVN}. */
export const nodeOutputs = [
  "allocated",
  "ip_address",
  "mac_address",
  "cidr",
  "gateway",
  "logical_switch",
  "port_name",
] as const;

export type PodSuffix = (typeof podInputs | typeof podOutputs)[number];

/**
 * The key of a Pod's annotation about one network: `podKey("ovn", "ip_address")` is `ovn.kubernetes.io/ip_address`.
 *
 * @param provider `ovn`, `<nad>.<namespace>.ovn`, `<nad>.<namespace>.ovn.<interface>` or `<nad>.<namespace>`.
 */
export function podKey(provider: string, suffix: PodSuffix): string {
  return provider === OVN ? defaultKeys[suffix] : `${provider}${endings[suffix]}`;
}

function keysUnder(provider: string): Readonly<Record<PodSuffix, string>> {
  const keys = [...podInputs, ...podOutputs].map((suffix) => [suffix, `${provider}${DOMAIN}/${suffix}`]);
  return Object.fromEntries(keys);
}

const endings = keysUnder("");
/** Every pod has the default network: its keys are made once. */
const defaultKeys = keysUnder(OVN);

/** Whether keys can begin with it. */
export const isProvider = (text: string): boolean => text === OVN || isObjectName(text + DOMAIN);

/** `net1.prod.ovn` of `net1.prod.ovn.kubernetes.io/allocated`; undefined where the key has another suffix. */
export function providerIn(key: string, suffix: PodSuffix): string | undefined {
  const end = endings[suffix];
  return key.length > end.length && key.endsWith(end) ? key.slice(0, -end.length) : undefined;
}

export function namespaceKey(suffix: (typeof namespaceOutputs)[number]): string {
  return `${OVN}${DOMAIN}/${suffix}`;
}

export function nodeKey(suffix: (typeof nodeOutputs)[number]): string {
  return `${OVN}${DOMAIN}/${suffix}`;
}

/** The networks that a Pod asks for beside its default one. @see Kubernetes Network Custom Resource Definition De-facto Standard */
export const NETWORKS = "k8s.v1.cni.cncf.io/networks";
/** The network that replaces the default one. */
export const DEFAULT_NETWORK = "v1.multus-cni.io/default-network";

/** On a Pod: the VpcNatGateway that it serves. */
export const VPC_NAT_GW = "ovn.kubernetes.io/vpc_nat_gw";
/** On a Pod: routes of its default network, as JSON `[{dst, gw}]`. */
export const ROUTES = "ovn.kubernetes.io/routes";
/** On a NAT rule: the EIP that it uses. */
export const VPC_EIP = "ovn.kubernetes.io/vpc_eip";

/** On a Pod: the version of a record that was marked to be withdrawn; the write itself is the point (it fences publications). */
export const WITHDRAWN = `${CADASTRE}/withdrawn`;

/** On an IP record: uid of the Pod, Node or other object that it serves now. Without it the record is a user's reservation. */
export const OWNER_UID = `${CADASTRE}/owner-uid`;
/** On an IP record: whom it serves, by name; stays while the uid changes under a StatefulSet. */
export const OWNER_KEY = `${CADASTRE}/owner-key`;
/** On an IP record: uid of the Subnet that its addresses belong to. */
export const SUBNET_UID = `${CADASTRE}/subnet-uid`;
/** On an IP record: the replica that wants to remove it; absent or empty when none does. */
export const MARK = `${CADASTRE}/mark`;
/** On a Subnet or Vip that is going: the version of a record that was taken over under it; the write itself is the point. */
export const USED = `${CADASTRE}/used`;
/** On an IP record: `"true"` once another Pod of the same identity took it over. */
export const KEPT = `${CADASTRE}/kept`;

/** On an IP record: who keeps it while its pods come and go, such as `StatefulSet/web`. */
export const IDENTITY = `${CADASTRE}/identity`;
/** On an IP record: uid of that keeper, where another one of its name is another one. */
export const IDENTITY_UID = `${CADASTRE}/identity-uid`;

/** On an IP record: `"true"` where its MAC was asked for, and so has a claim of its own. */
export const STATIC_MAC = `${CADASTRE}/static-mac`;

/** On an IP record: the Vip whose addresses it wears, by name and by uid. */
export const WORN_VIP = `${CADASTRE}/vip`;
export const WORN_VIP_UID = `${CADASTRE}/vip-uid`;

const outputs: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["Namespace", new Set(namespaceOutputs.map(namespaceKey))],
  ["Node", new Set([...nodeOutputs.map(nodeKey), WITHDRAWN])],
]);
const podOutputSuffixes: ReadonlySet<string> = new Set(podOutputs);
const podSuffixes: ReadonlySet<string> = new Set([...podInputs, ...podOutputs]);
const otherKeys: ReadonlySet<string> = new Set([
  NETWORKS,
  DEFAULT_NETWORK,
  WITHDRAWN,
  VPC_NAT_GW,
  ...namespaceOutputs.map(namespaceKey),
  ...nodeOutputs.map(nodeKey),
]);

/** Whether we ever write an annotation on objects of this kind, none of which is ours. */
export const isAnnotated = ({ apiVersion, kind }: Kind): boolean =>
  apiVersion === "v1" && (kind === "Pod" || outputs.has(kind));

/** Whether we may ever write this annotation on objects of this kind. */
export function isOutput(kind: Kind, key: string): boolean {
  if (kind.apiVersion !== "v1") return false;
  if (kind.kind !== "Pod") return outputs.get(kind.kind)?.has(key) ?? false;
  const suffix = suffixOf(key);
  return key === WITHDRAWN || (suffix !== undefined && podOutputSuffixes.has(suffix));
}

/** Whether anything of ours reads or writes this annotation; all others are dropped from memory. */
export function isOurs(key: string): boolean {
  if (otherKeys.has(key)) return true;
  const suffix = suffixOf(key);
  if (suffix === undefined) return false;
  // `ip_address.eth2`: a static address for one interface
  const dot = suffix.indexOf(".");
  return podSuffixes.has(dot < 0 ? suffix : suffix.slice(0, dot));
}

/** `allocated` of `<provider>.kubernetes.io/allocated`; `undefined` when the key is not of that form. */
function suffixOf(key: string): string | undefined {
  const slash = key.indexOf("/");
  const isProvider = slash > DOMAIN.length && key.startsWith(DOMAIN, slash - DOMAIN.length);
  return isProvider ? key.slice(slash + 1) : undefined;
}
