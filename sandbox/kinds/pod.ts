/** Pods: what a strategy of their own does. */
import type { Json } from "../../kube/api.ts";
import { equal } from "../schema/equal.ts";
import { forbidden, type Problem } from "../schema/problem.ts";
import type { Row } from "./served.ts";
import { podSpec, podStatus } from "./pod_schema.ts";

const SECONDS_TOLERATED = 300;

/** Put on every pod by admission. */
const TOLERATIONS = ["not-ready", "unreachable"].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: SECONDS_TOLERATED,
}));

export const pod: Row = {
  kind: "Pod",
  plural: "pods",
  namespaced: true,
  shortNames: ["po"],
  categories: ["all"],
  properties: { spec: { ...podSpec, default: {} }, status: podStatus },
  subresources: ["status", "binding", "eviction", "ephemeralcontainers", "resize"],
  selectable: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  columns: [
    { name: "Ready", type: "string", jsonPath: "" },
    { name: "Status", type: "string", jsonPath: "" },
    { name: "Restarts", type: "string", jsonPath: "" },
    { name: "Age", type: "string", jsonPath: ".metadata.creationTimestamp" },
    { name: "IP", type: "string", jsonPath: ".status.podIP", priority: 1 },
    { name: "Node", type: "string", jsonPath: ".spec.nodeName", priority: 1 },
  ],
  always: { spec: {}, status: {} },
  empty: { spec: { containers: null }, status: {} },
  generation: "spec",
  behaviour: {
    onDecode: withDefaults,
    onCreate: admitted,
    onUpdate: (next, old) => ({ ...next, status: old.status }),
    onStatus,
    notInStatus: ["ownerReferences", "deletionTimestamp"],
    problems,
    grace,
    returnsDeleted: true,
  },
};

function withDefaults(object: Json): Json {
  const { spec } = object;
  const containers = withPullPolicies(spec?.containers);
  if (containers === spec?.containers && spec?.enableServiceLinks !== undefined) return object;
  return { ...object, spec: { enableServiceLinks: true, ...spec, ...(containers ? { containers } : {}) } };
}

function admitted(object: Json): Json {
  const { spec } = object;
  const missing = TOLERATIONS.filter(({ key }) => !tolerates(spec, key));
  return {
    ...object,
    spec: {
      preemptionPolicy: "PreemptLowerPriority",
      priority: 0,
      ...spec,
      tolerations: [...spec.tolerations ?? [], ...missing],
    },
    status: { phase: "Pending", qosClass: "BestEffort" },
  };
}

function tolerates(spec: Json, key: string): boolean {
  return (spec.tolerations ?? []).some((each: Json) =>
    each.key === key || !each.key && each.operator === "Exists"
  );
}

/** The same list, if there is nothing to fill in. */
export function withPullPolicies(containers: readonly Json[] | undefined): readonly Json[] | undefined {
  if (!containers || containers.every((each) => withPullPolicy(each) === each)) return containers;
  return containers.map(withPullPolicy);
}

function withPullPolicy(container: Json): Json {
  if (container.imagePullPolicy || !container.image) return container;
  const tag = /:([^:/@]+)$/.exec(container.image)?.[1];
  const isMoving = !container.image.includes("@") && (tag === undefined || tag === "latest");
  return { ...container, imagePullPolicy: isMoving ? "Always" : "IfNotPresent" };
}

/** The owners of a pod are not for its kubelet to write. */
function onStatus({ metadata: { ownerReferences: _, ...metadata }, ...next }: Json, old: Json): Json {
  const { ownerReferences } = old.metadata;
  return {
    ...next,
    metadata: { ...metadata, ...(ownerReferences ? { ownerReferences } : {}) },
    spec: old.spec,
    status: { qosClass: old.status.qosClass, ...next.status },
  };
}

/** Not scheduled, or finished: goes at once. */
function grace({ spec, status }: Json, wanted: number | undefined): number {
  if (!spec.nodeName || status?.phase === "Failed" || status?.phase === "Succeeded") return 0;
  const seconds = wanted ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

const FIXED =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function problems(next: Json, old: Json | undefined): Problem[] {
  if (!old || next.spec === old.spec || equal(fixedPart(next.spec), fixedPart(old.spec))) return [];
  return [forbidden("spec", FIXED)];
}

/** What of a pod's spec may never change on the main resource. */
function fixedPart(
  { activeDeadlineSeconds: _, tolerations: __, ephemeralContainers: ___, ...spec }: Json,
): Json {
  const bare = (containers: Json) =>
    containers?.map(({ image: _, imagePullPolicy: __, resources: ___, ...rest }: Json) => rest);
  return { ...spec, containers: bare(spec.containers), initContainers: bare(spec.initContainers) };
}
