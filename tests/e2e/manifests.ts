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

const FLOW_CONTROL = "flowcontrol.apiserver.k8s.io/v1";

export const FLOWS: Resource = {
  apiVersion: FLOW_CONTROL,
  kind: "FlowSchema",
  plural: "flowschemas",
  namespaced: false,
};

export const PRIORITIES: Resource = {
  apiVersion: FLOW_CONTROL,
  kind: "PriorityLevelConfiguration",
  plural: "prioritylevelconfigurations",
  namespaced: false,
};

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

/** All that a service account of kube-system asks for is refused with 429, once the flow schema says that it is not dangling. */
export function throttle(account: string): readonly Json[] {
  const metadata = { name: `tight-${account}` }, any = ["*"];
  const serviceAccount = { namespace: "kube-system", name: account };
  const limited = {
    nominalConcurrencyShares: 0,
    borrowingLimitPercent: 0,
    limitResponse: { type: "Reject" },
  };
  const resourceRules = [{ verbs: any, apiGroups: any, resources: any, namespaces: any, clusterScope: true }];
  return [
    { apiVersion: FLOW_CONTROL, kind: PRIORITIES.kind, metadata, spec: { type: "Limited", limited } },
    {
      apiVersion: FLOW_CONTROL,
      kind: FLOWS.kind,
      metadata,
      spec: {
        priorityLevelConfiguration: metadata,
        matchingPrecedence: 100,
        rules: [{ subjects: [{ kind: "ServiceAccount", serviceAccount }], resourceRules }],
      },
    },
  ];
}
