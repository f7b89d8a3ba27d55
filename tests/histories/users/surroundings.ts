/** Namespaces and nodes, and annotations of ours changed by others. */
import { Namespace, Node, Pod } from "../../../crds/foreign.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { addressIn } from "./shapes.ts";
import { absent, create, type Doing, merge, NAMESPACES, NODES, one, remove, SUBNETS } from "./user.ts";

export const createNamespace: Doing = (cluster, random) => {
  const name = absent(cluster, random, Namespace, NAMESPACES);
  return name === undefined ? undefined : create(Namespace, {
    metadata: { name, ...random.maybe(0.3, () => ({ labels: { team: "a" } })) },
  });
};

export const deleteNamespace: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace);
  return namespace && remove(Namespace, keyOf(namespace));
};

export const labelNamespace: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace);
  return namespace &&
    merge(Namespace, keyOf(namespace), { metadata: { labels: { team: random.pick(["a", null]) } } });
};

export const tamperWithNamespace: Doing = (cluster, random) => {
  const namespace = one(cluster, random, Namespace);
  const annotations = {
    [`ovn.kubernetes.io/${random.pick(["logical_switch", "cidr", "exclude_ips", "ip_pool"])}`]: random.pick([
      null,
      "x",
    ]),
  };
  return namespace && merge(Namespace, keyOf(namespace), { metadata: { annotations } });
};

export const createNode: Doing = (cluster, random) => {
  const name = absent(cluster, random, Node, NODES);
  return name === undefined ? undefined : create(Node, { metadata: { name } });
};

export const deleteNode: Doing = (cluster, random) => {
  const node = one(cluster, random, Node);
  return node && remove(Node, keyOf(node));
};

export const tamperWithPod: Doing = (cluster, random) => {
  const pod = one(cluster, random, Pod), key = (suffix: string) => `ovn.kubernetes.io/${suffix}`;
  const annotations = random.pick<Record<string, string | null>>([
    { [key("allocated")]: null },
    { [key("routed")]: null },
    { [key("ip_address")]: addressIn(random.pick(SUBNETS), random) },
    { [key("logical_switch")]: random.pick(SUBNETS) },
    { [key("cidr")]: null },
    { "example.com/note": String(cluster.version) },
  ]);
  return pod && merge(Pod, keyOf(pod), { metadata: { annotations } });
};
