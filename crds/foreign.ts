/** Kinds of Kubernetes itself: the fields that we read, and nothing else is kept in memory. */
import { kind, type Obj } from "../reconcile/kind.ts";
import { trimNetwork } from "./cni_config.ts";
import { trimMachine, trimNamespace, trimNode, trimPod, trimStatefulSet } from "./trim.ts";

export interface Pod extends Obj {
  readonly spec: {
    /** Absent until scheduled. */
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly restartPolicy?: "Always" | "OnFailure" | "Never";
    readonly serviceAccountName?: string;
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
  };
}
export const StatefulSet = kind<StatefulSet>("apps/v1", "StatefulSet", "statefulsets", {
  namespaced: true,
  trim: trimStatefulSet,
});

/** OpenKruise's, under another name here: it is called StatefulSet as well. */
export interface AdvancedStatefulSet extends Obj {
  readonly spec: StatefulSet["spec"] & {
    /** Numbers that no pod gets: `1`, or `"2-5"`. */
    readonly reserveOrdinals?: readonly (number | string)[];
  };
}
export const AdvancedStatefulSet = kind<AdvancedStatefulSet>(
  "apps.kruise.io/v1beta1",
  "AdvancedStatefulSet",
  "statefulsets",
  { namespaced: true, optional: true, trim: trimStatefulSet },
);

/** KubeVirt's. That it is there is all that we read. */
export type VirtualMachine = Obj;
export const VirtualMachine = kind<VirtualMachine>("kubevirt.io/v1", "VirtualMachine", "virtualmachines", {
  namespaced: true,
  optional: true,
  trim: trimMachine,
});
/** What Multus attaches. */
export interface NetworkAttachmentDefinition extends Obj {
  readonly spec: {
    /**
     * `<name>.<namespace>.ovn`, or without `.ovn` where another plugin makes the interface and we its addresses, or as its config
     * says; absent where addresses come from elsewhere.
     */
    readonly provider?: string;
    /** Why its config cannot be read. */
    readonly problem?: string;
  };
}
export const NetworkAttachmentDefinition = kind<NetworkAttachmentDefinition>(
  "k8s.cni.cncf.io/v1",
  "NetworkAttachmentDefinition",
  "network-attachment-definitions",
  { namespaced: true, optional: true, trim: trimNetwork },
);
