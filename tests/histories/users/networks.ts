/** Subnets and Vpcs: created, edited, deleted, freed by force. */
import { JOIN_SUBNET } from "../../../crds/defaults.ts";
import { FINALIZER } from "../../../crds/labels.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vpc } from "../../../crds/vpc.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { excludes, namespaces, subnetSpec } from "./shapes.ts";
import { absent, create, type Doing, merge, NAMESPACES, one, remove, SUBNETS, VPC } from "./user.ts";

const FOREIGN = "example.com/hold";

export const createSubnet: Doing = (cluster, random) => {
  const name = absent(cluster, random, Subnet, SUBNETS);
  return name === undefined
    ? undefined
    : create(Subnet, { metadata: { name }, spec: subnetSpec(name, random) });
};

export const deleteSubnet: Doing = (cluster, random) => {
  const subnet = one(cluster, random, Subnet, SUBNETS);
  return subnet && remove(Subnet, keyOf(subnet));
};

/** The one that nodes live in; no process creates it again before its next start. */
export const deleteJoin: Doing = (cluster) => cluster.get(Subnet, JOIN_SUBNET) && remove(Subnet, JOIN_SUBNET);

export const createJoin: Doing = (cluster) =>
  cluster.get(Subnet, JOIN_SUBNET)
    ? undefined
    : create(Subnet, { metadata: { name: JOIN_SUBNET }, spec: { cidrBlock: "100.64.0.0/29" } });

export const editSubnet: Doing = (cluster, random) => {
  const subnet = one(cluster, random, Subnet);
  if (!subnet) return undefined;
  const n = SUBNETS.indexOf(keyOf(subnet) as never) + 1;
  const spec = random.pick<() => Record<string, unknown>>([
    () => ({ excludeIps: excludes(n, random) }),
    () => ({ namespaces: namespaces(random) }),
    () => ({ namespaces: null }),
    () => ({ vpc: random.pick([VPC, null]) }),
    () => ({ cidrBlock: n > 0 ? `10.0.${n}.0/28` : "10.16.0.0/28" }),
    () => ({ cidrBlock: subnetSpec(keyOf(subnet), random).cidrBlock }),
    () => ({ gateway: n > 0 ? `10.0.${n}.${random.pick([1, 6, 9])}` : null }),
    () => ({ private: random.pick([true, false]) }),
  ])();
  return merge(Subnet, keyOf(subnet), { spec });
};

/** `kubectl patch … finalizers: null`: whatever follows is not our doing, but nothing may be given out twice. */
export const stripSubnet: Doing = (cluster, random) => {
  const subnet = one(cluster, random, Subnet);
  return subnet && merge(Subnet, keyOf(subnet), { metadata: { finalizers: null } });
};

/** Another controller holds the Subnet as well, or lets it go. */
export const holdSubnet: Doing = (cluster, random) => {
  const subnet = one(cluster, random, Subnet);
  if (!subnet) return undefined;
  const ours = subnet.metadata.finalizers?.filter((f) => f === FINALIZER) ?? [];
  const foreign = subnet.metadata.finalizers?.includes(FOREIGN) || subnet.metadata.deletionTimestamp
    ? []
    : [FOREIGN];
  return merge(Subnet, keyOf(subnet), { metadata: { finalizers: [...ours, ...foreign] } });
};

export const createVpc: Doing = (cluster, random) =>
  cluster.get(Vpc, VPC) ? undefined : create(Vpc, {
    metadata: { name: VPC },
    spec: random.maybe(0.8, () => ({ namespaces: namespaces(random) })),
  });

export const deleteVpc: Doing = (cluster, random) => {
  const vpc = one(cluster, random, Vpc, [VPC]);
  return vpc && remove(Vpc, keyOf(vpc));
};

export const editVpc: Doing = (cluster, random) => {
  const vpc = one(cluster, random, Vpc);
  const spec = random.pick<Record<string, unknown>>([
    { namespaces: namespaces(random) },
    { namespaces: null },
    { namespaces: [...NAMESPACES] },
    { defaultSubnet: random.pick(SUBNETS) },
  ]);
  return vpc && merge(Vpc, keyOf(vpc), { spec });
};

/** Edited by hand; it is output, and never input. */
export const editSubnetStatus: Doing = (cluster, random) => {
  const subnet = one(cluster, random, Subnet);
  const status = random.pick([{ v4usingIPs: 7 }, { v4availableIPs: 0 }, { conditions: [] }]);
  return subnet && { ...merge(Subnet, keyOf(subnet), { status }), subresource: "status" } as never;
};
