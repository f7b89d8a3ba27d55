/** What one tenant writes on its pods and no other may read, wherever there is room for it. */
import { Namespace, Pod } from "../../../crds/foreign.ts";
import { SECRET } from "../facts.ts";
import { absent, create, type Doing, one, PODS } from "./user.ts";

const secretOf = (namespace: string): string => `secret-of-${namespace}`;

/** Of what is read the most part cannot be understood, and is quoted to its author. */
const ASKED = ["ip_pool", "logical_switch", "ip_address", "mac_address", "vip", "ip_family", "ingress_rate"];

const createSecretPod: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace)?.metadata.name ?? "";
  const key = absent(cluster, random, Pod, PODS.map((name) => `${namespace}/${name}`));
  if (key === undefined) return undefined;
  const annotations = {
    [SECRET]: secretOf(namespace),
    [`ovn.kubernetes.io/${random.pick(ASKED)}`]: secretOf(namespace),
  };
  const metadata = { name: key.slice(namespace.length + 1), namespace, annotations };
  return create(Pod, { metadata, spec: { containers: [{ name: "c", image: "i" }] } });
};

/** What users do with them. */
export const tenants: Readonly<Record<string, Doing>> = { "create pod with a secret": createSecretPod };
