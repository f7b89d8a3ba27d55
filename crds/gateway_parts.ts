/** What a VpcNatGateway is made of: its workload, the rules that this mounts, and the configuration of all gateways. */
import { kind, type Obj } from "../reconcile/kind.ts";
import { KUBEOVN, trimMeta } from "./custom.ts";
import { pick } from "./pick.ts";

/** Kube-OVN's prefix for the name of a gateway's workload. */
export const WORKLOAD_PREFIX = "vpc-nat-gw-";
/** The name of a StatefulSet is part of a label of its pods, with a hash of eleven characters behind it. */
const LONGEST_WORKLOAD = 52;
export const LONGEST_GATEWAY_NAME = LONGEST_WORKLOAD - WORKLOAD_PREFIX.length;

/** Where gateways run and are configured unless they or the options of the operator say otherwise; as in Kube-OVN. */
export const GATEWAY_NAMESPACE = "kube-system";
/** Has the image: `data.image`. */
export const IMAGE_CONFIG = "ovn-vpc-nat-config";
/** Has the switch: `data["enable-vpc-nat-gw"]` is `"true"`. */
export const SWITCH_CONFIG = "ovn-vpc-nat-gw-config";
export const SWITCH = "enable-vpc-nat-gw";

export const Deployment = kind<Obj>("apps/v1", "Deployment", "deployments", {
  namespaced: true,
  trim: trimPart,
});

export interface ConfigMap extends Obj {
  readonly data?: Readonly<Record<string, string>>;
}
export const ConfigMap = kind<ConfigMap>("v1", "ConfigMap", "configmaps", {
  namespaced: true,
  trim: (object) => isConfiguration(object) ? trimMeta(object) : trimPart(object),
});

/** Whether it says something about all gateways. */
export function isConfiguration({ kind, metadata: { name } }: Obj): boolean {
  return kind === "ConfigMap" && (name === IMAGE_CONFIG || name === SWITCH_CONFIG);
}

export const workloadName = (gateway: string): string => WORKLOAD_PREFIX + gateway;

function gatewayReference({ metadata }: Obj) {
  return metadata.ownerReferences?.find((owner) =>
    owner.controller === true && owner.kind === "VpcNatGateway" && owner.apiVersion === KUBEOVN
  );
}

/** The gateway that an object is a part of. */
export const gatewayOf = (part: Obj): string | undefined => gatewayReference(part)?.name;
export const gatewayUidOf = (part: Obj): string | undefined => gatewayReference(part)?.uid;

/** A part of a gateway is kept whole, to be compared with what it should be; of any other object its existence. */
export function trimPart(object: Obj): Obj {
  if (gatewayOf(object) !== undefined) return trimMeta(object);
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, metadata: pick(metadata, "name", "namespace", "uid", "resourceVersion") };
}
