/** The kinds that scenarios speak of, as the API serves them. */
import type { Resource } from "../../kube/resource.ts";

function resource(apiVersion: string, kind: string, plural: string, namespaced = false): Resource {
  return { apiVersion, kind, plural, namespaced };
}

const kubeovn = (kind: string, plural: string) => resource("kubeovn.io/v1", kind, plural);

const all: readonly Resource[] = [
  resource("v1", "Namespace", "namespaces"),
  resource("v1", "Node", "nodes"),
  resource("v1", "Pod", "pods", true),
  resource("v1", "Event", "events", true),
  resource("v1", "ResourceQuota", "resourcequotas", true),
  resource("apps/v1", "Deployment", "deployments", true),
  resource("apps/v1", "StatefulSet", "statefulsets", true),
  resource("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", "network-attachment-definitions", true),
  resource("kubevirt.io/v1", "VirtualMachine", "virtualmachines", true),
  resource("kubevirt.io/v1", "VirtualMachineInstance", "virtualmachineinstances", true),
  resource("apps.kruise.io/v1beta1", "StatefulSet", "statefulsets", true),
  resource("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles"),
  resource("authorization.k8s.io/v1", "SubjectAccessReview", "subjectaccessreviews"),
  resource("ipam.cadastre.internal/v1", "AddressClaim", "addressclaims"),
  kubeovn("Vpc", "vpcs"),
  kubeovn("Subnet", "subnets"),
  kubeovn("IP", "ips"),
  kubeovn("IPPool", "ippools"),
  kubeovn("Vip", "vips"),
  kubeovn("IptablesEIP", "iptables-eips"),
  kubeovn("IptablesFIPRule", "iptables-fip-rules"),
  kubeovn("IptablesDnatRule", "iptables-dnat-rules"),
  kubeovn("IptablesSnatRule", "iptables-snat-rules"),
  kubeovn("OvnEip", "ovn-eips"),
  kubeovn("VpcNatGateway", "vpc-nat-gateways"),
  kubeovn("Vlan", "vlans"),
];

/** OpenKruise calls its own StatefulSets so too: here they are `AdvancedStatefulSet`. */
export const resources: ReadonlyMap<string, Resource> = new Map(
  all.map((each) => [each.apiVersion.startsWith("apps.kruise.io") ? "AdvancedStatefulSet" : each.kind, each]),
);

/** @throws Error for a kind that is not in the table */
export function resourceOf(kind: string): Resource {
  const found = resources.get(kind);
  if (!found) throw new Error(`no scenario speaks of ${kind}`);
  return found;
}
