/**
 * What a node does for a pod, as one pure function: the next request, or none.
 *
 * It waits for its addresses as Kube-OVN's node plugin does, for `allocated`, `ip_address` and `routed`, and then reports them.
 */
import type { Json, Request } from "../kube/api.ts";
import { keyOf, type Obj, type Resource } from "../kube/resource.ts";

export const PODS: Resource = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };
const MANAGER = "kubelet";
const OVN = "ovn.kubernetes.io";

export interface NodeOptions {
  /** Where an unscheduled pod goes. */
  readonly node: string;
  /** ISO 8601, to the second. */
  readonly now: string;
}

/** @returns `undefined` when the pod runs, is finished, or waits for somebody else. */
export function kubeletRequest(pod: Obj, { node, now }: NodeOptions): Request | undefined {
  const { metadata, spec, status } = pod as Json;
  if (metadata.deletionTimestamp) return spec.nodeName ? removal(pod) : undefined;
  if (status?.phase === "Succeeded" || status?.phase === "Failed" || status?.phase === "Running") {
    return undefined;
  }
  if (!spec.nodeName) return isOurs(spec) ? binding(pod, node) : undefined;
  const addresses = spec.hostNetwork ? [] : addressesOf(metadata.annotations ?? {});
  return addresses && running(pod, { addresses, now });
}

/** Whether the default scheduler binds it, and may do so now. */
const isOurs = ({ schedulingGates = [], schedulerName = "default-scheduler" }: Json): boolean =>
  schedulingGates.length === 0 && schedulerName === "default-scheduler";

/** `undefined` while the pod has to wait. */
function addressesOf(annotations: Readonly<Record<string, string>>): string[] | undefined {
  if (annotations[`${OVN}/allocated`] !== "true" || annotations[`${OVN}/routed`] !== "true") return undefined;
  const list = annotations[`${OVN}/ip_address`];
  return list ? list.split(",") : undefined;
}

function binding({ metadata }: Obj, node: string): Request {
  const { name, namespace, uid } = metadata;
  return {
    verb: "create",
    resource: PODS,
    subresource: "binding",
    body: {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, namespace, uid },
      target: { apiVersion: "v1", kind: "Node", name: node },
    },
    manager: "scheduler",
  };
}

function running(pod: Obj, { addresses, now }: { addresses: readonly string[]; now: string }): Request {
  const { spec } = pod as Json;
  const condition = (type: string) => ({
    type,
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: now,
  });
  const status = {
    phase: "Running",
    startTime: now,
    conditions: ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(
      condition,
    ),
    containerStatuses: spec.containers.map(({ name, image }: Json) => ({
      name,
      image,
      imageID: image,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
    ...(addresses.length > 0 ? { podIP: addresses[0], podIPs: addresses.map((ip) => ({ ip })) } : {}),
  };
  const body = { metadata: { uid: pod.metadata.uid }, status };
  return { verb: "merge", resource: PODS, key: keyOf(pod), subresource: "status", body, manager: MANAGER };
}

function removal(pod: Obj): Request {
  return { verb: "delete", resource: PODS, key: keyOf(pod), uid: pod.metadata.uid, gracePeriodSeconds: 0 };
}
