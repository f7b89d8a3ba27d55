/** Addresses that a Subnet has itself, and the Vlan that one of them needs. */
import { Subnet } from "../../../crds/subnet.ts";
import { Vlan } from "../../../crds/vlan.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { addressIn } from "./shapes.ts";
import { create, type Doing, merge, one, remove, SUBNETS } from "./user.ts";

export const VLAN = "vlan1";
export const BOTH = { vlan: VLAN, u2oInterconnection: true, enableMulticastSnoop: true };

const switchOwn: Doing = (cluster, random) => {
  const subnet = one(cluster, random, Subnet, SUBNETS), name = subnet && keyOf(subnet);
  const spec = name && random.pick<() => Record<string, unknown>>([
    () => ({ vlan: VLAN, u2oInterconnection: true }),
    () => ({ u2oInterconnection: random.pick([true, false]) }),
    () => ({ enableMulticastSnoop: random.pick([true, true, false]) }),
    () => ({ u2oInterconnectionIP: random.pick([null, addressIn(name, random)]) }),
    () => ({ logicalGateway: random.pick([true, null]) }),
    () => ({ vlan: random.pick([VLAN, null]) }),
  ])();
  return name ? merge(Subnet, name, { spec }) : undefined;
};

const tamperWithOwn: Doing = (cluster, random) => {
  const subnet = one(cluster, random, Subnet, SUBNETS), name = subnet && keyOf(subnet);
  const status = name && random.pick<Record<string, unknown>>([
    { mcastQuerierIP: addressIn(name, random) },
    { u2oInterconnectionIP: addressIn(name, random) },
    { mcastQuerierIP: null },
    { u2oInterconnectionIP: null },
  ]);
  return name ? { ...merge(Subnet, name, { status }), subresource: "status" } as never : undefined;
};

const createVlan: Doing = (cluster) =>
  cluster.get(Vlan, VLAN) ? undefined : create(Vlan, { metadata: { name: VLAN } });
const deleteVlan: Doing = (cluster) => cluster.get(Vlan, VLAN) && remove(Vlan, VLAN);

/** What users do with them. */
export const own: Readonly<Record<string, Doing>> = {
  "switch own addresses": switchOwn,
  "tamper with own addresses": tamperWithOwn,
  "create vlan": createVlan,
  "delete vlan": deleteVlan,
};
