/** What is left of a Pod, Namespace, Node or StatefulSet in memory: with 50,000 pods every field counts. */
import type { Meta, Obj } from "../reconcile/kind.ts";
import { isOurs } from "./annotations.ts";
import type { Node, Pod, StatefulSet } from "./foreign.ts";
import { pick } from "./pick.ts";

export function trimPod(object: Obj): Obj {
  const { spec, status } = object as Pod;
  return {
    ...bare(object),
    spec: pick(spec ?? {}, "nodeName", "hostNetwork", "restartPolicy"),
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
  const { spec } = object as StatefulSet;
  const annotations = ours(spec?.template?.metadata?.annotations);
  return {
    ...bare(object),
    spec: {
      ...pick(spec ?? {}, "replicas", "ordinals"),
      ...(annotations ? { template: { metadata: { annotations } } } : {}),
    },
  };
}

function bare({ apiVersion, kind, metadata }: Obj): Obj {
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
