/** The table of built-in kinds: one more is one more row. */
import { apps } from "./apps.ts";
import { core } from "./core.ts";
import { builtIn, type Row, type Served } from "./served.ts";

const lease: Row = {
  kind: "Lease",
  plural: "leases",
  namespaced: true,
  properties: { spec: { type: "object" } },
  always: { spec: {} },
  unconditional: false,
  createsOnUpdate: true,
  columns: [
    { name: "Holder", type: "string", jsonPath: ".spec.holderIdentity" },
    { name: "Age", type: "string", jsonPath: ".metadata.creationTimestamp" },
  ],
};

const definition: Row = {
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  properties: {
    spec: {
      type: "object",
      required: ["group", "names", "scope", "versions"],
      properties: {
        conversion: { type: "object", default: { strategy: "None" } },
        versions: { type: "array" },
      },
      default: {},
    },
    status: {
      type: "object",
      properties: {
        conditions: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["type"],
          items: { type: "object" },
        },
      },
    },
  },
  subresources: ["status"],
  unconditional: false,
  generation: "spec",
  columns: [{ name: "Created At", type: "date", jsonPath: "" }],
  behaviour: { onUpdate: (next, old) => ({ ...next, status: old.status }) },
};

export const builtIns: readonly Served[] = [
  ...core.map((row) => builtIn("v1", row)),
  ...apps.map((row) => builtIn("apps/v1", row)),
  builtIn("coordination.k8s.io/v1", lease),
  builtIn("apiextensions.k8s.io/v1", definition),
];
