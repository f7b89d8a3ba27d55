/** The kinds of the core group. */
import type { Json } from "../../kube/api.ts";
import { equal } from "../schema/equal.ts";
import { forbidden, invalid, type Problem } from "../schema/problem.ts";
import { namespace } from "./namespace.ts";
import { pod } from "./pod.ts";
import { conditions, keyed, set } from "./pod_schema.ts";
import type { Row } from "./served.ts";

const AGE = { name: "Age", type: "string", jsonPath: ".metadata.creationTimestamp" };

function named(names: readonly string[], value: Json): Json {
  return Object.fromEntries(names.map((name) => [name, value]));
}

const NODE_INFO = named([
  "machineID",
  "systemUUID",
  "bootID",
  "kernelVersion",
  "osImage",
  "containerRuntimeVersion",
  "kubeletVersion",
  "kubeProxyVersion",
  "operatingSystem",
  "architecture",
], "");

/** Put on every new node by admission, until it is ready. */
const NOT_READY = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

const node: Row = {
  kind: "Node",
  plural: "nodes",
  shortNames: ["no"],
  properties: {
    spec: { type: "object", properties: { podCIDRs: set() } },
    status: {
      type: "object",
      properties: {
        conditions: conditions("lastHeartbeatTime", "lastTransitionTime"),
        addresses: keyed(["type"], { type: { type: "string" }, address: { type: "string", default: "" } }),
      },
    },
  },
  subresources: ["status"],
  selectable: ["spec.unschedulable"],
  columns: [{ name: "Status", type: "string", jsonPath: "" }, AGE],
  always: { spec: {}, status: { daemonEndpoints: { kubeletEndpoint: { Port: 0 } }, nodeInfo: NODE_INFO } },
  createsStatus: true,
  behaviour: {
    onCreate: ({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, taints: [...spec.taints ?? [], NOT_READY] },
    }),
    onUpdate: (next, old) => ({ ...next, status: old.status }),
    problems: nodeProblems,
  },
};

function nodeProblems(next: Json, old: Json | undefined): Problem[] {
  if (!old?.spec.podCIDRs || equal(next.spec.podCIDRs, old.spec.podCIDRs)) return [];
  return [forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid')];
}

const event: Row = {
  kind: "Event",
  plural: "events",
  namespaced: true,
  shortNames: ["ev"],
  properties: {
    ...named(["involvedObject", "related", "source", "series"], { type: "object" }),
    ...named(["reason", "message", "type", "action", "reportingComponent", "reportingInstance"], {
      type: "string",
    }),
    ...named(["firstTimestamp", "lastTimestamp", "eventTime"], { type: "string", nullable: true }),
    count: { type: "integer" },
  },
  selectable: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  columns: [
    { name: "Last Seen", type: "date", jsonPath: ".lastTimestamp" },
    { name: "Type", type: "string", jsonPath: ".type" },
    { name: "Reason", type: "string", jsonPath: ".reason" },
    { name: "Object", type: "string", jsonPath: "" },
    { name: "Message", type: "string", jsonPath: ".message" },
  ],
  always: {
    involvedObject: {},
    source: {},
    reportingComponent: "",
    reportingInstance: "",
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
  },
  createsOnUpdate: true,
  behaviour: { problems: eventProblems },
};

/** Events about what has no namespace live in `default`. */
function eventProblems({ metadata, involvedObject }: Json): Problem[] {
  const about = involvedObject?.namespace ?? "default";
  if (about === metadata.namespace) return [];
  return [
    invalid("involvedObject.namespace", involvedObject?.namespace ?? "", "does not match event.namespace"),
  ];
}

const configMap: Row = {
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
  shortNames: ["cm"],
  properties: {
    ...named(["data", "binaryData"], { type: "object", additionalProperties: { type: "string" } }),
    immutable: { type: "boolean" },
  },
  columns: [{ name: "Data", type: "string", jsonPath: "" }, AGE],
};

const serviceAccount: Row = {
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
  shortNames: ["sa"],
  properties: {
    secrets: keyed(["name"]),
    imagePullSecrets: { type: "array" },
    automountServiceAccountToken: { type: "boolean" },
  },
  columns: [AGE],
};

export const core: readonly Row[] = [namespace, node, pod, event, configMap, serviceAccount];
