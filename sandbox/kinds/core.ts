/** The kinds of the core group. */
import { event } from "./event.ts";
import { namespace } from "./namespace.ts";
import { node } from "./node.ts";
import { pod } from "./pod.ts";
import { keyed, named } from "./pod_schema.ts";
import type { Row } from "./served.ts";

const AGE = { name: "Age", type: "string", jsonPath: ".metadata.creationTimestamp" };

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
