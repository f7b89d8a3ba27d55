/** The admission policies of `deploy/components`, in force. */
import type { Json } from "../../kube/api.ts";
import type { ControlPlane } from "../../tools/control_plane/start.ts";
import { eventually } from "./eventually.ts";
import { applied, type Kubectl } from "./kubectl.ts";
import { policiesOf } from "./kustomize.ts";

/** Refuses a ConfigMap of its name, and nothing else: an API server that does so has read every policy before it. */
const last: readonly Json[] = [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "last" },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [{
          apiGroups: [""],
          apiVersions: ["v1"],
          operations: ["CREATE"],
          resources: ["configmaps"],
        }],
      },
      validations: [{ expression: "object.metadata.name != 'last-policy'" }],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "last" },
    spec: { policyName: "last", validationActions: ["Deny"] },
  },
];

/** Applies the policies of some components, and returns when the API server acts by all of them. @returns what removes them */
export async function enforce(
  plane: ControlPlane,
  kubectl: Kubectl,
  components: readonly string[],
): Promise<() => Promise<string>> {
  const list = (items: readonly Json[]) => ({ stdin: { apiVersion: "v1", kind: "List", items } });
  const policies = await policiesOf(plane, components);
  await applied(kubectl, policies);
  await applied(kubectl, last);
  await eventually("the policies act", async () => {
    const created = kubectl(["create", "configmap", "last-policy", "--dry-run=server", "--validate=false"]);
    return await created.then(() => false, (error: Error) => error.message.includes("last"));
  });
  await kubectl(["delete", "-f", "-"], list(last));
  return () => kubectl(["delete", "-f", "-"], list(policies));
}
