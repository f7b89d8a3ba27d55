/** Somebody has the operator's token. */
import type { Call } from "../../control_plane/actor.ts";
import { ALICE, type Case, KUBEOVN, podAt, podOf, podsOf, thief } from "../case.ts";

const merge = (path: string, body: object): Call => ({ method: "MERGE", path, body });
const get = (path: string): Call => ({ method: "GET", path });
const remove = (path: string): Call => ({ method: "DELETE", path });
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const HOOKS = "/apis/admissionregistration.k8s.io/v1";
const image = {
  method: "JSON",
  path: podAt("db", "bob"),
  body: [{ op: "replace", path: "/spec/containers/0/image", value: "evil" }],
} as const;
const labels = { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } };

const attempts: readonly (readonly [to: string, call: Call])[] = [
  ["read secrets", get("/api/v1/secrets")],
  ["read secrets of its own namespace", get("/api/v1/namespaces/kube-system/secrets")],
  ["run something in a pod", { method: "POST", path: `${podAt("db", "bob")}/exec?command=id&stdout=true` }],
  ["create a pod", podOf("evil", {}, ALICE)],
  ["delete a pod", remove(podAt("db", "bob"))],
  ["replace a pod", { method: "PUT", path: podAt("db", "bob"), body: {} }],
  ["write a pod's status", merge(`${podAt("db", "bob")}/status`, { status: { phase: "Failed" } })],
  [
    "change workloads of others",
    merge("/apis/apps/v1/namespaces/bob/statefulsets/db", { spec: { replicas: 0 } }),
  ],
  ["change a webhook", { method: "POST", path: `${HOOKS}/mutatingwebhookconfigurations`, body: {} }],
  ["switch off a policy", remove(`${HOOKS}/validatingadmissionpolicybindings/cadastre-claims`)],
  ["give itself a role", { method: "POST", path: `${RBAC}/clusterrolebindings`, body: {} }],
  ["widen its own role", merge(`${RBAC}/clusterroles/cadastre`, { rules: [] })],
  ["make a token", {
    method: "POST",
    path: "/api/v1/namespaces/kube-system/serviceaccounts/default/token",
    body: {},
  }],
  ["reach through a node", get("/api/v1/nodes/node-1/proxy/pods")],
  ["delete all records at once", remove(`${KUBEOVN}/ips`)],
  ["delete a Subnet", remove(`${KUBEOVN}/subnets/bob-net`)],
  ["delete a namespace", remove("/api/v1/namespaces/bob")],
  [
    "change another's lease",
    merge("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager", {}),
  ],
  ["read configuration", get(`/api/v1/namespaces/bob/configmaps`)],
  ["evict a pod", { method: "POST", path: `${podAt("db", "bob")}/eviction`, body: {} }],
];

export const credentials: readonly Case[] = [
  ...attempts.map(([to, call]): Case => ({ to, as: thief, call, code: [403, 403] })),
  // What its role must allow, a policy narrows.
  { to: "exchange a pod's image", as: thief, call: image, code: [422, 200] },
  {
    to: "relax a namespace's pod security",
    as: thief,
    call: merge("/api/v1/namespaces/bob", labels),
    code: [422, 200],
  },
  { to: "list pods, as it must", as: thief, call: get(podsOf("bob")), code: [200, 200] },
];
