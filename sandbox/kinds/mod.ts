/** The table of built-in kinds: one more is one more row. */
import type { Json } from "../../kube/api.ts";
import { invalid, type Problem } from "../schema/problem.ts";
import { accessReview, rbac } from "./access.ts";
import { apps } from "./apps.ts";
import { core } from "./core.ts";
import { builtIn, type Row, type Served } from "./served.ts";

const lease: Row = {
  kind: "Lease",
  plural: "leases",
  namespaced: true,
  properties: {
    spec: {
      type: "object",
      // All of them pointers in Go.
      "x-typed": false,
      properties: {
        holderIdentity: { type: "string" },
        leaseDurationSeconds: { type: "integer" },
        leaseTransitions: { type: "integer" },
        acquireTime: { type: "string" },
        renewTime: { type: "string" },
      },
    },
  },
  always: { spec: {} },
  unconditional: false,
  createsOnUpdate: true,
  behaviour: { problems: leaseProblems },
  columns: [
    { name: "Holder", type: "string", jsonPath: ".spec.holderIdentity" },
    { name: "Age", type: "string", jsonPath: ".metadata.creationTimestamp" },
  ],
};

function leaseProblems({ spec }: Json): Problem[] {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec;
  return [
    ...(seconds <= 0 ? [invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0")] : []),
    ...(transitions < 0
      ? [invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0")]
      : []),
  ];
}

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
  ...rbac.map((row) => builtIn("rbac.authorization.k8s.io/v1", row)),
  builtIn("authorization.k8s.io/v1", accessReview),
  builtIn("coordination.k8s.io/v1", lease),
  builtIn("apiextensions.k8s.io/v1", definition),
];
