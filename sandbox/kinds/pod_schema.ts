/** The fields of a pod that have defaults, or that are merged other than as a whole. */
import type { Json } from "../../kube/api.ts";

const text = { type: "string" };
const integer = { type: "integer" };

/** The same for each of these fields. */
export function named(names: readonly string[], value: Json): Json {
  return Object.fromEntries(names.map((name) => [name, value]));
}

/** A list whose items are known by some of their fields. */
export function keyed(keys: readonly string[], properties: Json = {}, more: Json = {}): Json {
  const names = Object.fromEntries(keys.map((key) => [key, properties[key] ?? {}]));
  return {
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": keys,
    items: { type: "object", properties: { ...names, ...properties }, ...more },
  };
}

export function set(): Json {
  return { type: "array", items: text, "x-kubernetes-list-type": "set" };
}

/** A field that is owned as a whole. */
export const atomic: Json = { type: "object", "x-kubernetes-map-type": "atomic" };

/** @param times fields that are written out even when there is no time in them. */
export function conditions(...times: readonly string[]): Json {
  const empty = Object.fromEntries(times.map((name) => [name, { ...text, nullable: true, default: null }]));
  return keyed(["type"], { type: text, status: text, reason: text, message: text, ...empty });
}

const containers = keyed(["name"], {
  name: text,
  image: text,
  resources: { type: "object", default: {} },
  terminationMessagePath: { ...text, default: "/dev/termination-log" },
  terminationMessagePolicy: { ...text, default: "File" },
  ports: keyed(["containerPort", "protocol"], {
    containerPort: integer,
    protocol: { ...text, default: "TCP" },
  }),
  env: keyed(["name"]),
  volumeMounts: keyed(["mountPath"]),
  volumeDevices: keyed(["devicePath"]),
}, { required: ["name", "image"] });

export const podSpec: Json = {
  type: "object",
  required: ["containers"],
  properties: {
    containers,
    initContainers: containers,
    ephemeralContainers: containers,
    volumes: keyed(["name"]),
    imagePullSecrets: keyed(["name"]),
    hostAliases: keyed(["ip"]),
    topologySpreadConstraints: keyed(["topologyKey", "whenUnsatisfiable"]),
    nodeName: text,
    nodeSelector: { type: "object", additionalProperties: text, "x-kubernetes-map-type": "atomic" },
    restartPolicy: { ...text, default: "Always", enum: ["Always", "Never", "OnFailure"] },
    dnsPolicy: { ...text, default: "ClusterFirst" },
    terminationGracePeriodSeconds: { ...integer, default: 30 },
    schedulerName: { ...text, default: "default-scheduler" },
    securityContext: { type: "object", default: {} },
    hostNetwork: { type: "boolean" },
    serviceAccountName: text,
  },
};

export const podStatus: Json = {
  type: "object",
  properties: {
    phase: text,
    conditions: conditions("lastProbeTime", "lastTransitionTime"),
    podIP: text,
    podIPs: keyed(["ip"], { ip: text }),
    hostIP: text,
    reason: text,
    message: text,
  },
};

/** `spec.template` of whatever makes pods. */
export const podTemplate: Json = {
  type: "object",
  properties: {
    metadata: {
      type: "object",
      properties: {
        labels: { type: "object", additionalProperties: text },
        annotations: { type: "object", additionalProperties: text },
      },
    },
    spec: podSpec,
  },
};
