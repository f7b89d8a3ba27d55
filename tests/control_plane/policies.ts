/** The admission policies of `deploy/components`, in force. */
import type { Json } from "../../kube/api.ts";
import type { ControlPlane } from "../../tools/control_plane/start.ts";
import { eventually } from "./eventually.ts";
import { applied, type Kubectl } from "./kubectl.ts";
import { policiesOf } from "./kustomize.ts";

/** Refuses a ConfigMap of its name, and nothing else. */
const marker = (name: string): readonly Json[] => [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
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
      validations: [{ expression: `object.metadata.name != '${name}'` }],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name },
    spec: { policyName: name, validationActions: ["Deny"] },
  },
];

let markers = 0;

/** Applies the policies of some components, and returns when the API server acts by all of them. @returns what removes them likewise */
export async function enforce(
  plane: ControlPlane,
  kubectl: Kubectl,
  components: readonly string[],
): Promise<() => Promise<void>> {
  const policies = await policiesOf(plane, components);
  await applied(kubectl, policies);
  await settled(kubectl);
  return async () => {
    await removed(kubectl, policies);
    await settled(kubectl);
  };
}

/**
 * Returns when the API server acts by the policies as they are now: it reads them all anew once in a while, so one that acts by a
 * younger one has read what became of the others. Each has a name of its own, since one that is gone acts for a moment more.
 */
async function settled(kubectl: Kubectl): Promise<void> {
  const name = `marker-${++markers}`, policy = marker(name);
  await applied(kubectl, policy);
  await eventually("the API server has read all policies", async () => {
    const created = kubectl(["create", "configmap", name, "--dry-run=server", "--validate=false"]);
    return await created.then(() => false, (error: Error) => error.message.includes(`Policy '${name}'`));
  });
  await removed(kubectl, policy);
}

async function removed(kubectl: Kubectl, items: readonly Json[]): Promise<void> {
  await kubectl(["delete", "-f", "-"], { stdin: { apiVersion: "v1", kind: "List", items } });
}
