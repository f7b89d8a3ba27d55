/** A request of every kind, for tables of cases. */
import type { Request } from "../../kube/api.ts";
import type { Resource } from "../../kube/resource.ts";

export const PODS: Resource = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };
export const SUBNETS: Resource = {
  apiVersion: "kubeovn.io/v1",
  kind: "Subnet",
  plural: "subnets",
  namespaced: false,
};

export const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web-0", namespace: "prod" } };
const common = { resource: PODS, manager: "cadastre/pod" };
const key = "prod/web-0";

export const READS: readonly Request[] = [
  { verb: "get", resource: PODS, key },
  { verb: "list", resource: PODS },
];

export const JSON_PATCH: Request = {
  verb: "patch",
  ...common,
  key,
  steps: [{ op: "test", path: "/metadata/finalizers/0", value: "x" }, {
    op: "remove",
    path: "/metadata/finalizers/0",
  }],
};

export const WRITES: readonly Request[] = [
  { verb: "create", ...common, body: pod },
  { verb: "update", ...common, body: pod },
  { verb: "apply", ...common, body: pod, force: true },
  { verb: "merge", ...common, key, body: {} },
  JSON_PATCH,
  { verb: "delete", resource: PODS, key, uid: "u1", resourceVersion: "7" },
];

export const ALL: readonly Request[] = [...READS, ...WRITES];
