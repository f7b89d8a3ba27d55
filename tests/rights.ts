/** Rights as an administrator grants them: the verb `use`, on some objects of our group, to a ServiceAccount. */
import { kind } from "../reconcile/kind.ts";

const GROUP = "rbac.authorization.k8s.io", API = `${GROUP}/v1`;
export const ClusterRole = kind(API, "ClusterRole", "clusterroles");
export const ClusterRoleBinding = kind(API, "ClusterRoleBinding", "clusterrolebindings");

/** `lent("gold", "ippools/gold")`: the body of a ClusterRole. */
export function lent(name: string, ...things: readonly `${string}/${string}`[]) {
  const rules = things.map((thing) => {
    const [resource, of] = thing.split("/");
    return { apiGroups: ["kubeovn.io"], resources: [resource], resourceNames: [of], verbs: ["use"] };
  });
  return { apiVersion: API, kind: ClusterRole.kind, metadata: { name }, rules };
}

/** The body of its ClusterRoleBinding; `lentTo("gold", "blue/default")`: to an account as `namespace/name`. */
export function lentTo(role: string, account: string, name = role) {
  const [namespace, of] = account.split("/");
  return {
    apiVersion: API,
    kind: ClusterRoleBinding.kind,
    metadata: { name },
    roleRef: { apiGroup: GROUP, kind: ClusterRole.kind, name: role },
    subjects: [{ kind: "ServiceAccount", name: of, namespace }],
  };
}
