/** What users write, in short: plain objects without a namespace, which the stage adds. */
import type { Json } from "../../kube/api.ts";

/** Small, and there is one on every cluster that ran a pod. */
const IMAGE = "registry.k8s.io/pause:3.10";
const containers = [{ name: "main", image: IMAGE }];

export type Annotations = Readonly<Record<string, string>>;

/** Annotations of one network: `ask({ ip_address: "10.0.0.5" })`. */
export function ask(values: Annotations, provider = "ovn"): Annotations {
  return Object.fromEntries(
    Object.entries(values).map(([suffix, value]) => [`${provider}.kubernetes.io/${suffix}`, value]),
  );
}

export function pod(name: string, annotations: Annotations = {}): Json {
  // Gone within a second also where a real kubelet ends it.
  const spec = { containers, terminationGracePeriodSeconds: 1 };
  return { apiVersion: "v1", kind: "Pod", metadata: { name, annotations }, spec };
}

function template(app: string, annotations: Annotations): Json {
  return {
    metadata: { labels: { app }, annotations },
    spec: { containers, terminationGracePeriodSeconds: 1 },
  };
}

export function deployment(
  name: string,
  replicas: number,
  annotations: Annotations = {},
  spec: Json = {},
): Json {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: template(name, annotations),
      ...spec,
    },
  };
}

export interface Set {
  readonly replicas?: number;
  readonly start?: number;
  readonly annotations?: Annotations;
}

/** Its pods come all at once. */
export function statefulSet(name: string, { replicas, start, annotations = {} }: Set): Json {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      ...(start === undefined ? {} : { ordinals: { start } }),
      serviceName: name,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { app: name } },
      template: template(name, annotations),
    },
  };
}

/** An object of kubeovn.io. */
export function ovn(kind: string, name: string, spec: Json): Json {
  return { apiVersion: "kubeovn.io/v1", kind, metadata: { name }, spec };
}

/** A reservation of addresses for a pod to come, or what is left of one that was. */
export function record(name: string, spec: Json, { labels = {}, annotations = {} }: Json = {}): Json {
  return { ...ovn("IP", name, spec), metadata: { name, labels, annotations } };
}

/** Of Kube-OVN itself, or of another plugin that asks Kube-OVN for addresses. */
export function attachment(name: string, provider: string, type: "kube-ovn" | "macvlan" = "kube-ovn"): Json {
  const config = type === "kube-ovn" ? { cniVersion: "0.3.0", type, server_socket: SOCKET, provider } : {
    cniVersion: "0.3.0",
    type,
    master: "eth1",
    ipam: { type: "kube-ovn", server_socket: SOCKET, provider },
  };
  return {
    apiVersion: "k8s.cni.cncf.io/v1",
    kind: "NetworkAttachmentDefinition",
    metadata: { name },
    spec: { config: JSON.stringify(config) },
  };
}

const SOCKET = "/run/openvswitch/kube-ovn-daemon.sock";
