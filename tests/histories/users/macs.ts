/** Subnets without a block, which have MAC addresses alone: asked for, reserved, forged; and blocks that come and go. */
import { Namespace, Pod } from "../../../crds/foreign.ts";
import { IP, recordName } from "../../../crds/ip.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import type { Random } from "../../conformance/random.ts";
import { VLAN } from "./own.ts";
import { macOf, subnetSpec } from "./shapes.ts";
import { absent, create, type Doing, merge, NAMESPACES, one, PODS, SUBNETS } from "./user.ts";

const key = (suffix: string): string => `ovn.kubernetes.io/${suffix}`;

const createBare: Doing = (cluster, random) => {
  const name = absent(cluster, random, Subnet, SUBNETS);
  const spec = { vlan: VLAN, ...random.maybe(0.8, () => ({ namespaces: [random.pick(NAMESPACES)] })) };
  return name === undefined ? undefined : create(Subnet, { metadata: { name }, spec });
};

/** Where somebody has an address of it, a block does not go. */
const changeBlock: Doing = (cluster, random) => {
  const subnet = one(cluster, random, Subnet, SUBNETS), name = subnet && keyOf(subnet);
  if (name === undefined) return undefined;
  const cidrBlock = subnet?.spec.cidrBlock ? null : subnetSpec(name, random).cidrBlock;
  return merge(Subnet, name, { spec: { cidrBlock, gateway: null, excludeIps: null, vlan: VLAN } });
};

const createAsking: Doing = (cluster, random) => {
  const at = place(cluster, random), subnet = random.pick(SUBNETS);
  const annotations = {
    [key("mac_address")]: macOf(random),
    ...random.maybe(0.6, () => ({ [key("logical_switch")]: subnet })),
  };
  return at && create(Pod, { metadata: { ...at, annotations }, spec: CONTAINERS });
};

/** Says of itself that it was given one. */
const forge: Doing = (cluster, random) => {
  const at = place(cluster, random),
    annotations = {
      [key("allocated")]: "true",
      [key("logical_switch")]: random.pick(SUBNETS),
      [key("mac_address")]: macOf(random),
    };
  return at && create(Pod, { metadata: { ...at, annotations }, spec: CONTAINERS });
};

const CONTAINERS = { containers: [{ name: "c", image: "i" }] };

function place(cluster: Parameters<Doing>[0], random: Random) {
  const namespace = one(cluster, random, Namespace)?.metadata.name;
  const name = absent(cluster, random, Pod, PODS.map((each) => `${namespace}/${each}`))?.split("/")[1];
  return namespace === undefined || name === undefined ? undefined : { name, namespace };
}

const reserve: Doing = (_, random) => {
  const podName = random.pick(PODS), namespace = random.pick(NAMESPACES), subnet = random.pick(SUBNETS);
  return create(IP, {
    metadata: { name: recordName({ name: podName, namespace }) },
    spec: { podName, namespace, subnet, ...random.maybe(0.6, () => ({ macAddress: macOf(random) })) },
  });
};

/** What they are told is taken off a pod. */
const tamper: Doing = (cluster, random) => {
  const pod = one(cluster, random, Pod);
  const annotations = random.pick<Record<string, string | null>>([
    { [key("mac_address")]: null },
    { [key("mac_address")]: macOf(random) },
    { [key("ip_address")]: null },
    { [key("ip_address")]: null, [key("cidr")]: null },
    { [key("ip_address")]: "10.0.1.3" },
  ]);
  return pod && merge(Pod, keyOf(pod), { metadata: { annotations } });
};

/** What users do with them. */
export const macs: Readonly<Record<string, Doing>> = {
  "create subnet without a block": createBare,
  "give or take a block": changeBlock,
  "ask for a mac": createAsking,
  "forge a mac": forge,
  "reserve a mac": reserve,
  "tamper with a mac": tamper,
};
