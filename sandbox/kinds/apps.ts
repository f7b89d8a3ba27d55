/** The kinds of `apps/v1` that make pods. */
import type { Json } from "../../kube/api.ts";
import { atomic, conditions, podTemplate } from "./pod_schema.ts";
import { withPullPolicies } from "./pod.ts";
import type { Column, Row } from "./served.ts";

const AGE: Column = { name: "Age", type: "string", jsonPath: ".metadata.creationTimestamp" };
const integer = { type: "integer" };
const status = {
  type: "object",
  properties: { conditions: conditions("lastUpdateTime", "lastTransitionTime") },
};

function spec(properties: Json): Json {
  return {
    type: "object",
    required: ["selector", "template"],
    properties: {
      selector: atomic,
      template: podTemplate,
      replicas: { ...integer, default: 1 },
      ...properties,
    },
    default: {},
  };
}

/** What all three have in common. */
const workload = {
  namespaced: true,
  categories: ["all"],
  subresources: ["status", "scale"],
  always: { spec: {}, status: {} },
  empty: {
    spec: { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
    status: {},
  },
  generation: "spec",
  behaviour: {
    onDecode: withDefaults,
    onUpdate: (next, old) => ({ ...next, status: old.status }),
  },
} as const satisfies Partial<Row>;

function withDefaults(object: Json): Json {
  const template = object.spec?.template;
  const containers = withPullPolicies(template?.spec?.containers);
  if (containers === template?.spec?.containers) return object;
  return {
    ...object,
    spec: { ...object.spec, template: { ...template, spec: { ...template.spec, containers } } },
  };
}

export const apps: readonly Row[] = [
  {
    ...workload,
    kind: "Deployment",
    plural: "deployments",
    shortNames: ["deploy"],
    properties: {
      spec: spec({
        progressDeadlineSeconds: { ...integer, default: 600 },
        revisionHistoryLimit: { ...integer, default: 10 },
        strategy: {
          type: "object",
          default: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
        },
      }),
      status,
    },
    behaviour: {
      ...workload.behaviour,
      onStatus: ({ metadata: { labels: _, ...metadata }, ...next }, old) => ({
        ...next,
        metadata: { ...metadata, ...(old.metadata.labels ? { labels: old.metadata.labels } : {}) },
        spec: old.spec,
      }),
      notInStatus: ["labels"],
    },
    columns: [
      { name: "Ready", type: "string", jsonPath: "" },
      { name: "Up-to-date", type: "string", jsonPath: ".status.updatedReplicas" },
      { name: "Available", type: "string", jsonPath: ".status.availableReplicas" },
      AGE,
    ],
  },
  {
    ...workload,
    kind: "ReplicaSet",
    plural: "replicasets",
    shortNames: ["rs"],
    properties: { spec: spec({}), status },
    columns: [
      { name: "Desired", type: "integer", jsonPath: ".spec.replicas" },
      { name: "Current", type: "integer", jsonPath: ".status.replicas" },
      { name: "Ready", type: "integer", jsonPath: ".status.readyReplicas" },
      AGE,
    ],
  },
  {
    ...workload,
    kind: "StatefulSet",
    plural: "statefulsets",
    shortNames: ["sts"],
    properties: {
      spec: spec({
        podManagementPolicy: { type: "string", default: "OrderedReady" },
        revisionHistoryLimit: { ...integer, default: 10 },
        updateStrategy: {
          type: "object",
          default: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
        },
        persistentVolumeClaimRetentionPolicy: {
          type: "object",
          default: { whenDeleted: "Retain", whenScaled: "Retain" },
        },
        serviceName: { type: "string" },
        ordinals: { type: "object", properties: { start: integer } },
      }),
      status,
    },
    columns: [{ name: "Ready", type: "string", jsonPath: "" }, AGE],
  },
];
