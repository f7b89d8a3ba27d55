/** What one tenant writes on its pods and no other may read, wherever there is room for it. */
import { Namespace, Pod } from "../../../crds/foreign.ts";
import type { Key } from "../../../reconcile/kind.ts";
import { SECRET } from "../facts.ts";
import { absent, create, type Doing, one, PODS } from "./user.ts";

const secretOf = (namespace: string): string => `secret-of-${namespace}`;

/** Of what is read the most part cannot be understood, and is quoted to its author; the last is taken as it is. */
export const ASKED = [
  "ip_pool",
  "logical_switch",
  "ip_address",
  "mac_address",
  "vip",
  "ip_family",
  "ingress_rate",
  "pod_nic_type",
];

/** `secretPod("red/p0", "vip")` */
export function secretPod(key: Key, asked: string) {
  const [namespace = "", name] = key.split("/"), secret = secretOf(namespace);
  const annotations = { [SECRET]: secret, [`ovn.kubernetes.io/${asked}`]: secret };
  return { metadata: { name, namespace, annotations }, spec: { containers: [{ name: "c", image: "i" }] } };
}

const createSecretPod: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace)?.metadata.name ?? "";
  const key = absent(cluster, random, Pod, PODS.map((name) => `${namespace}/${name}`));
  return key === undefined ? undefined : create(Pod, secretPod(key, random.pick(ASKED)));
};

/** What users do with them. */
export const tenants: Readonly<Record<string, Doing>> = { "create pod with a secret": createSecretPod };
