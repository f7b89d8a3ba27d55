/**
 * May this account use that? The same question as the policies ask: the verb `use`, as a cluster-wide right.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
import { type Key, kind, type Obj } from "../reconcile/kind.ts";
import { KUBEOVN } from "./custom.ts";

export interface AccessReview extends Obj {
  readonly status: {
    readonly allowed?: boolean;
    /** Why there is no answer. */
    readonly unanswered?: string;
  };
}

/** A right that is given later is found within that time, and one that is taken away is honoured no longer. */
const LASTS_MS = 30_000;

const [GROUP] = KUBEOVN.split("/");

export const AccessReview = kind<AccessReview>(
  "authorization.k8s.io/v1",
  "SubjectAccessReview",
  "subjectaccessreviews",
  { asked: { spec: specOf, lastsMs: LASTS_MS } },
);

/** Who would use what. */
export interface Use {
  readonly namespace: string;
  /** Name of a ServiceAccount of that namespace. */
  readonly account: string;
  /** Of our group: `subnets`. */
  readonly resource: string;
  readonly name: string;
}

/** Key of the answer. */
export const useKey = ({ namespace, account, resource, name }: Use): Key =>
  [namespace, account, resource, name].join("/");

function specOf(key: Key): unknown {
  const [namespace, account, resource, name] = key.split("/");
  return {
    user: `system:serviceaccount:${namespace}:${account}`,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
    resourceAttributes: { group: GROUP, resource, name, verb: "use" },
  };
}
