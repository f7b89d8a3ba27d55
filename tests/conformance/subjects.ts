/** The kinds that histories are about, and what may be written into them, right and wrong. */
import type { Json } from "../../kube/api.ts";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Namespace, Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Random } from "./random.ts";

export interface Subject {
  readonly resource: Resource;
  /** Names of the objects a history may play with; `$run` is nobody else's. */
  readonly names: readonly string[];
  /** Field selectors, besides those that every kind has. */
  readonly fields?: readonly string[];
  /** A complete object of that name. */
  specimen(name: string): Json;
  /** Part of a spec. */
  spec(random: Random): Json;
  /** Part of a status. Also for kinds without that subresource, which must refuse it. */
  status(random: Random): Json;
}

const Lease: Resource = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};

function bare({ apiVersion, kind, namespaced }: Resource, name: string): Json {
  return { apiVersion, kind, metadata: { name, ...(namespaced ? { namespace: "$run" } : {}) } };
}

const cidrs = ["10.0.0.0/24", "10.0.0.0/16", "fd00::/64", "10.0.0.0/24,fd00::/64", "10.1.2.3/16", ""];
const badCidrs = ["10.0.0.0", "10.0.0.0/32", "10.0.0.0/24,10.1.0.0/24", "10.0.0.0/24, fd00::/64", "x"];

const condition = (random: Random): Json => ({
  type: random.pick(["Ready", "Validated", "Error"]),
  status: random.pick(["True", "False"]),
  ...random.maybe(0.5, () => ({ reason: random.pick(["InUse", "Invalid"]), message: "because" })),
  ...random.maybe(0.3, () => ({ observedGeneration: random.pick([1, 2]) })),
});

const conditions = (random: Random): Json[] => {
  const all = [condition(random), condition(random), condition(random)].slice(
    0,
    random.pick([0, 1, 1, 2, 3]),
  );
  // Two of one type are refused by every server; now and then is enough.
  return random.next() < 0.1 ? all : all.filter((c, i) => all.findIndex(({ type }) => type === c.type) === i);
};

export const subnet: Subject = {
  resource: Subnet,
  names: ["$run-a", "$run-b"],
  specimen: (name) => ({ ...bare(Subnet, name), spec: { cidrBlock: "10.0.0.0/24" } }),
  spec: (random) => ({
    ...random.maybe(0.5, () => ({ cidrBlock: random.pick(random.next() < 0.1 ? badCidrs : cidrs) })),
    ...random.maybe(0.3, () => ({ vpc: random.pick(["red", "blue", ""]) })),
    ...random.maybe(
      0.3,
      () => ({ excludeIps: random.pick([[], ["10.0.0.1"], ["10.0.0.1", "10.0.0.9..10.0.0.12"]]) }),
    ),
    ...random.maybe(0.2, () => ({ namespaces: random.pick([["one"], ["two", "one"], null]) })),
    ...random.maybe(0.2, () => ({ mtu: random.pick([1400, 1500, "1400", 1400.5]) })),
    ...random.maybe(0.2, () => ({ private: random.pick([true, false, "yes"]) })),
    ...random.maybe(0.2, () => ({ novelty: random.pick([1, { deep: ["x"] }, "text"]) })),
    ...random.maybe(0.1, () => ({ u2oFeatures: { overlayOnlyRouting: true } })),
    ...random.maybe(0.1, () => ({ namespaceSelectors: [{ matchLabels: { app: random.pick(["a", "b"]) } }] })),
  }),
  status: (random) => ({
    ...random.maybe(0.5, () => ({ v4usingIPs: random.pick([0, 1, 253, 1e25, 0.5]) })),
    ...random.maybe(0.6, () => ({ conditions: conditions(random) })),
    ...random.maybe(0.2, () => ({ v4usingIPrange: "10.0.0.2" })),
    ...random.maybe(0.1, () => ({ novelty: 1 })),
  }),
};

export const vpc: Subject = {
  resource: Vpc,
  names: ["$run-a", "$run-b"],
  specimen: (name) => bare(Vpc, name),
  spec: (random) => ({
    ...random.maybe(0.5, () => ({ namespaces: random.pick([["one"], ["one", "two"], []]) })),
    ...random.maybe(0.3, () => ({ bfdPort: random.pick([{}, { ip: "10.0.0.3" }, { enabled: true }, null]) })),
    ...random.maybe(0.3, () => ({ staticRoutes: [{ cidr: "0.0.0.0/0", nextHopIP: "10.0.0.1" }] })),
    ...random.maybe(0.1, () => ({ enableExternal: random.pick([true, 1]) })),
  }),
  status: (random) => ({
    ...random.maybe(0.5, () => ({ standby: random.pick([true, false]) })),
    ...random.maybe(0.5, () => ({ subnets: random.pick([[], ["a"], ["a", "b"]]) })),
    ...random.maybe(0.5, () => ({ conditions: conditions(random) })),
  }),
};

export const ip: Subject = {
  resource: IP,
  names: ["web-0.$run", "web-1.$run"],
  specimen: (name) => ({ ...bare(IP, name), spec: { podName: "web-0", v4IpAddress: "10.0.0.5" } }),
  spec: (random) => ({
    ...random.maybe(0.4, () => ({ podName: random.pick(["web-0", "web-1", ""]) })),
    ...random.maybe(0.4, () => ({ namespace: random.pick(["prod", "test"]) })),
    ...random.maybe(0.4, () => ({ v4IpAddress: random.pick(["10.0.0.5", "10.0.0.6", ""]) })),
    ...random.maybe(0.3, () => ({ ipAddress: random.pick(["10.0.0.5", "10.0.0.5,fd00::5", "fd00::5"]) })),
    ...random.maybe(0.2, () => ({ attachIps: random.pick([["10.9.9.9"], [], "10.9.9.9"]) })),
    ...random.maybe(0.2, () => ({ nodeName: random.pick(["n1", "n2"]) })),
  }),
  status: () => ({ phase: "none" }),
};

const claimed = ["10.0.0.5", "10.0.0.6", "fd00::5", "02:00:00:00:00:01", "010.0.0.5", "FD00::5"];

export const claim: Subject = {
  resource: AddressClaim,
  names: ["$run.10.0.0.5", "$run.6xfd00--5x", "$run.mac-02-00-00-00-00-01"],
  fields: ["spec.subnetUid=s1", "spec.subnetUid!=s1", "spec.holder.uid=one", "spec.address=10.0.0.5"],
  specimen: (name) => {
    const address = claimed[claim.names.indexOf(name) + (claim.names.indexOf(name) > 0 ? 1 : 0)] ??
      "10.0.0.5";
    const holder = { kind: "IP", name: "web-0.prod", uid: "one" };
    return { ...bare(AddressClaim, name), spec: { subnet: "$run", subnetUid: "s1", address, holder } };
  },
  spec: (random) => ({
    ...random.maybe(0.5, () => ({ holder: { uid: random.pick(["one", "two", ""]) } })),
    ...random.maybe(0.2, () => ({ address: random.pick(claimed) })),
    ...random.maybe(0.2, () => ({ subnetUid: random.pick(["s1", "s2"]) })),
    ...random.maybe(0.2, () => ({ ownerKey: random.pick(["prod/web-0", "prod/web-1"]) })),
    ...random.maybe(0.1, () => ({ novelty: true })),
  }),
  status: () => ({ phase: "none" }),
};

export const pod: Subject = {
  resource: Pod,
  names: ["web-0", "web-1"],
  fields: [
    "spec.nodeName=n1",
    "spec.nodeName=",
    "status.phase!=Succeeded,status.phase!=Failed",
    "spec.image=none",
  ],
  specimen: (name) => ({ ...bare(Pod, name), spec: { containers: [{ name: "main", image: "none" }] } }),
  spec: (random) => ({
    ...random.maybe(
      0.2,
      () => ({ containers: [{ name: "main", image: random.pick(["none", "other", ""]) }] }),
    ),
    ...random.maybe(0.2, () => ({ nodeName: random.pick(["n1", "n2"]) })),
    ...random.maybe(0.2, () => ({ restartPolicy: random.pick(["Always", "Never", "Sometimes"]) })),
    ...random.maybe(0.2, () => ({ terminationGracePeriodSeconds: random.pick([0, 5]) })),
    ...random.maybe(0.1, () => ({ hostNetwork: true })),
  }),
  status: (random) => ({
    ...random.maybe(0.5, () => ({ phase: random.pick(["Pending", "Running", "Succeeded", "Failed"]) })),
    ...random.maybe(0.3, () => ({ podIP: "10.0.0.5", podIPs: [{ ip: "10.0.0.5" }] })),
    ...random.maybe(0.3, () => ({ conditions: [{ type: "Ready", status: random.pick(["True", "False"]) }] })),
  }),
};

export const namespace: Subject = {
  resource: Namespace,
  names: ["$run", "$run-other"],
  specimen: (name) => bare(Namespace, name),
  spec: (random) => random.maybe(0.1, () => ({ finalizers: ["kubernetes"] })),
  status: (random) => random.maybe(0.5, () => ({ phase: random.pick(["Active", "Terminating"]) })),
};

export const node: Subject = {
  resource: Node,
  names: ["$run-n1"],
  specimen: (name) => bare(Node, name),
  spec: (random) => ({
    ...random.maybe(0.3, () => ({ unschedulable: true })),
    ...random.maybe(0.2, () => ({ podCIDR: "10.9.0.0/24", podCIDRs: ["10.9.0.0/24"] })),
  }),
  status: (random) => ({
    ...random.maybe(
      0.5,
      () => ({ addresses: [{ type: "InternalIP", address: random.pick(["192.0.2.1", "192.0.2.2"]) }] }),
    ),
  }),
};

export const lease: Subject = {
  resource: Lease,
  names: ["leader"],
  specimen: (name) => ({ ...bare(Lease, name), spec: { holderIdentity: "one", leaseDurationSeconds: 15 } }),
  spec: (random) => ({
    ...random.maybe(0.5, () => ({ holderIdentity: random.pick(["one", "two", ""]) })),
    ...random.maybe(0.3, () => ({ leaseDurationSeconds: random.pick([15, 0, "15"]) })),
    ...random.maybe(0.3, () => ({ leaseTransitions: random.pick([0, 1]) })),
    ...random.maybe(0.2, () => ({ renewTime: "2026-01-01T00:00:00.000000Z" })),
  }),
  status: () => ({ phase: "none" }),
};

export const subjects = { subnet, vpc, ip, claim, pod, namespace, node, lease };
