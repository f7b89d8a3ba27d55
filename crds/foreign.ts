/** Kinds of Kubernetes itself: the fields that we read, and nothing else is kept in memory. */
import { kind, type Obj } from "../reconcile/kind.ts";
import { type NetworkConfig, trimNetwork } from "./cni_config.ts";
import { gatewayOf, trimPart } from "./gateway_parts.ts";
import { LAUNCHER, LAUNCHER_LABEL } from "./labels.ts";
import { bare, keeping } from "./trim.ts";

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
export const Pod = kind<Pod>("v1", "Pod", "pods", {
  namespaced: true,
  trim: keeping<Pod>({
    spec: ["nodeName", "hostNetwork", "restartPolicy", "serviceAccountName"],
    status: ["phase", "reason"],
    labels: (all) => all?.[LAUNCHER_LABEL] === LAUNCHER ? { [LAUNCHER_LABEL]: LAUNCHER } : undefined,
  }),
});

export type Namespace = Obj;
export const Namespace = kind<Namespace>("v1", "Namespace", "namespaces", {
  trim: keeping<Namespace>({ labels: (all) => all }),
});

export interface Node extends Obj {
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}
export const Node = kind<Node>("v1", "Node", "nodes", { trim: keeping<Node>({ status: ["addresses"] }) });

export interface StatefulSet extends Obj {
  readonly spec: {
    readonly replicas?: number;
    readonly ordinals?: { readonly start?: number };
  };
}
const trimStatefulSet = keeping<AdvancedStatefulSet>({ spec: ["replicas", "ordinals", "reserveOrdinals"] });
export const StatefulSet = kind<StatefulSet>("apps/v1", "StatefulSet", "statefulsets", {
  namespaced: true,
  trim: (object) => gatewayOf(object) === undefined ? trimStatefulSet(object) : trimPart(object),
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
  trim: bare,
});
/** What Multus attaches. */
export interface NetworkAttachmentDefinition extends Obj {
  readonly spec: NetworkConfig;
}
export const NetworkAttachmentDefinition = kind<NetworkAttachmentDefinition>(
  "k8s.cni.cncf.io/v1",
  "NetworkAttachmentDefinition",
  "network-attachment-definitions",
  { namespaced: true, optional: true, trim: trimNetwork },
);
