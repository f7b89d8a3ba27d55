/** People and programs, and what tables of requests are made of. */
import type { Json } from "../../kube/api.ts";
import { type Identity, OPERATOR } from "../control_plane/actor.ts";

/** Bound to the role cluster-admin. */
export const EMERGENCY: Identity = { user: "admin", groups: ["ipam:break-glass"] };
export const KUBELET: Identity = { user: "system:node:node-1", groups: ["system:masters"] };
export const SCHEDULER: Identity = { user: "system:kube-scheduler", groups: ["system:masters"] };
/** What its roles allow is another test's matter. */
export const OPERATOR_WITH_RIGHTS: Identity = { ...OPERATOR, groups: ["system:masters"] };

export const CONTAINERS = [{ name: "c", image: "none" }];

export const key = (suffix: string) => `ovn.kubernetes.io/${suffix}`;
export const annotated = (annotations: Record<string, string | null>) => ({ metadata: { annotations } });

export function pod(name: string, annotations: Record<string, string> = {}): Json {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, annotations }, spec: { containers: CONTAINERS } };
}
