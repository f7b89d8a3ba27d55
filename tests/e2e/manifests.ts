/** What users of a cluster write, in short. */
import type { Json } from "../../kube/api.ts";
import type { Resource } from "../../kube/resource.ts";

export const DEPLOYMENTS: Resource = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
};

export const EVENTS: Resource = { apiVersion: "v1", kind: "Event", plural: "events", namespaced: true };

const CONTAINERS = [{ name: "c", image: "none" }];

type Annotations = Readonly<Record<string, string>>;

/** Annotations of the default network: `ovn({ ip_address: "10.0.0.5" })`. */
export function ovn(values: Annotations): Annotations {
  return Object.fromEntries(
    Object.entries(values).map(([suffix, value]) => [`ovn.kubernetes.io/${suffix}`, value]),
  );
}

/** @param key `<namespace>/<name>` */
export function pod(key: string, annotations: Annotations = {}): Json {
  const [namespace, name] = key.split("/");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name, annotations },
    spec: { containers: CONTAINERS },
  };
}

/** Its pods have the label `app=<name>`. */
export function deployment(key: string, replicas: number, annotations: Annotations = {}): Json {
  const [namespace, name] = key.split("/"), labels = { app: name! };
  const template = { metadata: { labels, annotations }, spec: { containers: CONTAINERS } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace, name },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

export function subnet(name: string, spec: Json): Json {
  return { apiVersion: "kubeovn.io/v1", kind: "Subnet", metadata: { name }, spec };
}
