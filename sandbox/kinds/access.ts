/** The kinds by which rights are granted, and asked for. */
import type { Json } from "../../kube/api.ts";
import { review } from "../authorizer.ts";
import { invalid, type Problem } from "../schema/problem.ts";
import { atomic } from "./pod_schema.ts";
import type { Row } from "./served.ts";

const AGE = { name: "Age", type: "string", jsonPath: ".metadata.creationTimestamp" };
const list = { type: "array", items: { type: "object" } };

export const rbac: readonly Row[] = [
  { kind: "ClusterRole", plural: "clusterroles", properties: { rules: list }, columns: [AGE] },
  {
    kind: "ClusterRoleBinding",
    plural: "clusterrolebindings",
    properties: { roleRef: atomic, subjects: list },
    columns: [{ name: "Role", type: "string", jsonPath: ".roleRef.name" }, AGE],
  },
];

export const accessReview: Row = {
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  properties: { spec: { type: "object" } },
  behaviour: { answer: review, problems: reviewProblems },
};

function reviewProblems({ metadata, spec }: Json): Problem[] {
  const { user = "", groups = [], resourceAttributes, nonResourceAttributes } = spec ?? {};
  const isOne = (resourceAttributes === undefined) !== (nonResourceAttributes === undefined);
  return [
    ...(isOne ? [] : [
      invalid(
        "spec.resourceAttributes",
        resourceAttributes ?? null,
        "exactly one of nonResourceAttributes or resourceAttributes must be specified",
      ),
    ]),
    ...(user === "" && groups.length === 0
      ? [invalid("spec.user", user, "at least one of user or group must be specified")]
      : []),
    ...(Object.keys(metadata).length > 0 ? [invalid("metadata", metadata, "must be empty")] : []),
  ];
}
