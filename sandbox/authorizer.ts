/**
 * Who may do what: by ClusterRoles and their bindings, as RBAC grants what belongs to no namespace. Nothing here keeps anybody from
 * doing anything; it answers those who ask.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
import type { Json } from "../kube/api.ts";
import { keyOf } from "../kube/resource.ts";
import type { Stored } from "./kinds/served.ts";

const group = "rbac.authorization.k8s.io";
const ROLES = { group, plural: "clusterroles" }, BINDINGS = { group, plural: "clusterrolebindings" };

/** The status of a SubjectAccessReview with this spec. */
export function review(spec: Json, stored: Stored): Json {
  const roles = stored(ROLES);
  for (const binding of stored(BINDINGS)) {
    const { roleRef, subjects = [] } = binding,
      role = roles.find(({ metadata }) => metadata.name === roleRef.name);
    const subject = subjects.find((each: Json) => isMeant(each, spec));
    if (!subject || !role?.rules?.some((rule: Json) => allows(rule, spec.resourceAttributes))) continue;
    const name = subject.namespace ? `${subject.name}/${subject.namespace}` : subject.name;
    return {
      allowed: true,
      reason: `RBAC: allowed by ClusterRoleBinding "${keyOf(binding)}" of ClusterRole "${roleRef.name}" ` +
        `to ${subject.kind} "${name}"`,
    };
  }
  return { allowed: false };
}

function isMeant({ kind, name, namespace }: Json, { user, groups = [] }: Json): boolean {
  if (kind === "Group") return groups.includes(name);
  return user === (kind === "ServiceAccount" ? `system:serviceaccount:${namespace}:${name}` : name);
}

function allows(rule: Json, asked: Json): boolean {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
  const has = (all: readonly string[], one = "") => all.includes("*") || all.includes(one);
  return asked !== undefined && has(verbs, asked.verb) && has(apiGroups, asked.group) &&
    has(resources, asked.resource) && (resourceNames.length === 0 || resourceNames.includes(asked.name));
}
