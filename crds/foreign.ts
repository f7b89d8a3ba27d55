/** Kinds of Kubernetes itself: the fields that we read, and nothing else is kept in memory. */
import { kind, type Obj } from "../reconcile/kind.ts";
import { trimNamespace, trimNode, trimPod, trimStatefulSet } from "./trim.ts";

export interface Pod extends Obj {
  readonly spec: {
    /** Absent until scheduled. */
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly restartPolicy?: "Always" | "OnFailure" | "Never";
  };
  readonly status?: {
    readonly phase?: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
    /** `Evicted`, `NodeLost`, … */
    readonly reason?: string;
  };
}
export const Pod = kind<Pod>("v1", "Pod", "pods", { namespaced: true, trim: trimPod });

export type Namespace = Obj;
export const Namespace = kind<Namespace>("v1", "Namespace", "namespaces", { trim: trimNamespace });

export interface Node extends Obj {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}
export const Node = kind<Node>("v1", "Node", "nodes", { trim: trimNode });

export interface StatefulSet extends Obj {
  readonly spec: {
    readonly replicas?: number;
    readonly ordinals?: { readonly start?: number };
    readonly template?: {
      readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
    };
  };
}
export const StatefulSet = kind<StatefulSet>("apps/v1", "StatefulSet", "statefulsets", {
  namespaced: true,
  trim: trimStatefulSet,
});
