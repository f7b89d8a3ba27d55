/** What is left in memory of objects that are not ours: with 50,000 pods every field counts. */
import type { Meta, Obj } from "../reconcile/kind.ts";
import { isOurs } from "./annotations.ts";
import type { AdvancedStatefulSet, Node, Pod } from "./foreign.ts";
import { gatewayOf, trimPart } from "./gateway_parts.ts";
import { LAUNCHER, LAUNCHER_LABEL } from "./labels.ts";
import { pick } from "./pick.ts";

export function trimPod(object: Obj): Obj {
  const { spec, status } = object as Pod, { apiVersion, kind, metadata } = bare(object);
  const isLauncher = object.metadata.labels?.[LAUNCHER_LABEL] === LAUNCHER;
  return {
    apiVersion,
    kind,
    metadata: isLauncher ? { ...metadata, labels: { [LAUNCHER_LABEL]: LAUNCHER } } : metadata,
    spec: pick(spec ?? {}, "nodeName", "hostNetwork", "restartPolicy", "serviceAccountName"),
    status: pick(status ?? {}, "phase", "reason"),
  };
}

export function trimNamespace(object: Obj): Obj {
  const { apiVersion, kind, metadata } = bare(object);
  const { labels } = object.metadata;
  return { apiVersion, kind, metadata: labels ? { ...metadata, labels } : metadata };
}

export function trimNode(object: Obj): Obj {
  const { status } = object as Node;
  return { ...bare(object), status: pick(status ?? {}, "addresses") };
}

export function trimStatefulSet(object: Obj): Obj {
  if (gatewayOf(object) !== undefined) return trimPart(object);
  const { spec } = object as AdvancedStatefulSet;
  return { ...bare(object), spec: pick(spec ?? {}, "replicas", "ordinals", "reserveOrdinals") };
}

export function trimMachine(object: Obj): Obj {
  return bare(object);
}

export function bare({ apiVersion, kind, metadata }: Obj): Obj {
  const annotations = ours(metadata.annotations);
  const owner = metadata.ownerReferences?.find((reference) => reference.controller);
  return {
    apiVersion,
    kind,
    metadata: {
      ...pick(
        metadata,
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "finalizers",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
      ),
      ...(annotations ? { annotations } : {}),
      ...(owner ? { ownerReferences: [owner] } : {}),
    },
  };
}

function ours(annotations: Meta["annotations"]): Meta["annotations"] {
  const kept = Object.entries(annotations ?? {}).filter(([key]) => isOurs(key));
  return kept.length ? Object.fromEntries(kept) : undefined;
}
