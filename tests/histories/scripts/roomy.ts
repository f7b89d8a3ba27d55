/** What users do where there is room for everybody: blocks of 62, and what is asked for by name is excluded from chance. */
import { Namespace, Pod, StatefulSet } from "../../../crds/foreign.ts";
import { IPPool } from "../../../crds/ip_pool.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vip } from "../../../crds/vip.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import type { Random } from "../../conformance/random.ts";
import * as attachments from "../users/attachments.ts";
import * as holders from "../users/holders.ts";
import * as networks from "../users/networks.ts";
import * as pods from "../users/pods.ts";
import * as pools from "../users/pools.ts";
import { namespaces } from "../users/shapes.ts";
import * as surroundings from "../users/surroundings.ts";
import { absent, create, type Doing, merge, one, PODS, POOLS, SUBNETS, VIPS, VPC } from "../users/user.ts";
import * as workloads from "../users/workloads.ts";

const key = (suffix: string): string => `ovn.kubernetes.io/${suffix}`;
const at = (subnet: string, host: number): string => `10.0.${SUBNETS.indexOf(subnet as never) + 1}.${host}`;
/** Where fixed addresses are; from here on nothing is drawn. */
const FIXED = 40;

const createSubnet: Doing = (cluster, random) => {
  const name = absent(cluster, random, Subnet, SUBNETS);
  if (name === undefined) return undefined;
  // Now and then the neighbour's block: then the older of the two has it.
  const place = random.pick([name, name, name, random.pick(SUBNETS)]);
  const n = SUBNETS.indexOf(place as never) + 1, v4 = `${at(place, 0)}/26`;
  const spec = {
    cidrBlock: random.pick([v4, `${v4},fd00:${n}::/122`]),
    excludeIps: [`${at(place, FIXED)}..${at(place, 62)}`],
    ...random.maybe(0.3, () => ({ vpc: VPC })),
    ...random.maybe(0.8, () => ({ namespaces: namespaces(random) })),
    ...random.maybe(0.2, () => ({ namespaceSelectors: [{ matchLabels: { team: "a" } }] })),
  };
  return create(Subnet, { metadata: { name }, spec });
};

const editSubnet: Doing = (cluster, random) => {
  const subnet = one(cluster, random, Subnet, SUBNETS), name = subnet && keyOf(subnet);
  const spec = name && random.pick<() => Record<string, unknown>>([
    () => ({ namespaces: namespaces(random) }),
    () => ({ namespaces: null }),
    () => ({ vpc: random.pick([VPC, null]) }),
    () => ({ gateway: at(name, random.pick([1, 61])) }),
    () => ({ private: random.pick([true, false]) }),
    () => ({ excludeIps: [`${at(name, FIXED)}..${at(name, 62)}`, at(name, 30)] }),
  ])();
  return name ? merge(Subnet, name, { spec }) : undefined;
};

/** What each asks for is his alone. */
const createPod: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace)?.metadata.name ?? "";
  const free = absent(cluster, random, Pod, PODS.map((name) => `${namespace}/${name}`));
  if (free === undefined) return undefined;
  const name = free.slice(namespace.length + 1), subnet = random.pick(SUBNETS);
  const number = PODS.indexOf(name as never) + (namespace === "red" ? 0 : PODS.length);
  const annotations = random.pick<() => Record<string, string>>([
    () => ({}),
    () => ({}),
    () => ({ [key("logical_switch")]: subnet }),
    () => ({ [key("logical_switch")]: subnet, [key("ip_address")]: at(subnet, FIXED + number) }),
    () => ({ [key("mac_address")]: `02:00:00:00:00:1${number}` }),
    () => ({ [key("ip_pool")]: random.pick(POOLS) }),
    () => ({ [key("ip_family")]: random.pick(["ipv4", "ipv6"]) }),
    () => ({ [key("ip_address")]: "nonsense" }),
  ])();
  return create(Pod, {
    metadata: { name, namespace, annotations },
    spec: { containers: [{ name: "c", image: "i" }] },
  });
};

const createSet: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace)?.metadata.name;
  if (namespace === undefined || cluster.get(StatefulSet, `${namespace}/web`)) return undefined;
  const annotations = random.maybe(0.5, () => ({ [key("logical_switch")]: random.pick(SUBNETS) }));
  return create(
    StatefulSet,
    workloads.statefulSet(namespace, { replicas: random.pick([1, 2, 3]), random, annotations }),
  );
};

const createVip: Doing = (cluster, random) => {
  const name = absent(cluster, random, Vip, VIPS), subnet = random.pick(SUBNETS);
  if (name === undefined) return undefined;
  const wish = random.maybe(0.4, () => ({ v4ip: at(subnet, 50 + VIPS.indexOf(name as never)) }));
  return create(Vip, { metadata: { name }, spec: { subnet, ...wish } });
};

const createPool: Doing = (cluster, random) => {
  const name = absent(cluster, random, IPPool, POOLS), subnet = random.pick(SUBNETS);
  return name === undefined
    ? undefined
    : create(IPPool, { metadata: { name }, spec: { subnet, ips: tens(name, subnet), ...bound(random) } });
};

const editPool: Doing = (cluster, random) => {
  const pool = one(cluster, random, IPPool);
  return pool && merge(IPPool, keyOf(pool), { spec: random.pick([{ namespaces: null }, bound(random)]) });
};

/** Ten addresses that are no other pool's. */
function tens(pool: string, subnet: string): readonly string[] {
  const ten = 10 * (POOLS.indexOf(pool as never) + 1);
  return [`${at(subnet, ten)}..${at(subnet, ten + 8)}`];
}

const bound = (random: Random) => random.maybe(0.5, () => ({ namespaces: namespaces(random) }));

export const roomy: Readonly<Record<string, Doing>> = {
  "create subnet": createSubnet,
  "create another subnet": createSubnet,
  "edit subnet": editSubnet,
  "delete subnet": networks.deleteSubnet,
  "create vpc": networks.createVpc,
  "edit vpc": networks.editVpc,
  "delete vpc": networks.deleteVpc,
  "create pod": createPod,
  "create another pod": createPod,
  "delete pod": pods.deletePod,
  "force-delete pod": pods.forceDeletePod,
  "finish pod": pods.finishPod,
  "create set": createSet,
  "scale set": workloads.scaleSet,
  "move set": workloads.moveSet,
  "delete set": workloads.deleteSet,
  "create vip": createVip,
  "delete vip": holders.deleteVip,
  "create pool": createPool,
  "edit pool": editPool,
  "delete pool": pools.deletePool,
  "create network": attachments.createNetwork,
  "create namespace": surroundings.createNamespace,
  "delete namespace": surroundings.deleteNamespace,
  "label namespace": surroundings.labelNamespace,
  "create node": surroundings.createNode,
  "delete node": surroundings.deleteNode,
};
