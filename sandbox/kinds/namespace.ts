/** Namespaces: they hold themselves until they are empty. */
import type { Json } from "../../kube/api.ts";
import { invalid, type Problem } from "../schema/problem.ts";
import type { Row } from "./served.ts";
import { conditions } from "./pod_schema.ts";

/** The label by which selectors find a namespace by its name. */
const NAME = "kubernetes.io/metadata.name";

function labelled({ metadata, ...rest }: Json): Json {
  return { ...rest, metadata: { ...metadata, labels: { ...metadata.labels, [NAME]: metadata.name } } };
}

/** The phase says whether it is going, and nothing else. */
function problems({ metadata, status }: Json): Problem[] {
  const isGoing = metadata.deletionTimestamp !== undefined;
  const phase = isGoing ? "Terminating" : "Active";
  if (status.phase === phase) return [];
  const when = isGoing ? "is not empty" : "is empty";
  return [
    invalid("status.Phase", status.phase ?? "", `may only be '${phase}' if \`deletionTimestamp\` ${when}`),
  ];
}

export const namespace: Row = {
  kind: "Namespace",
  plural: "namespaces",
  shortNames: ["ns"],
  properties: {
    spec: { type: "object" },
    status: {
      type: "object",
      default: {},
      properties: {
        phase: { type: "string", default: "Active" },
        conditions: conditions("lastTransitionTime"),
      },
    },
  },
  subresources: ["status"],
  selectable: ["status.phase"],
  columns: [
    { name: "Status", type: "string", jsonPath: ".status.phase" },
    { name: "Age", type: "string", jsonPath: ".metadata.creationTimestamp" },
  ],
  always: { spec: {}, status: {} },
  behaviour: {
    onDecode: (object) => object.metadata.labels?.[NAME] === object.metadata.name ? object : labelled(object),
    onCreate: ({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, finalizers: [...new Set([...spec?.finalizers ?? [], "kubernetes"])] },
      status: { phase: "Active" },
    }),
    onUpdate: (next, old) => ({
      ...next,
      spec: { ...next.spec, finalizers: old.spec.finalizers },
      status: old.status,
    }),
    problems,
    onDelete: (object) => ({ ...object, status: { ...object.status, phase: "Terminating" } }),
    isHeld: (object) => (object.spec?.finalizers ?? []).length > 0,
  },
};
