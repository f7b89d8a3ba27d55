/** Kinds that other projects bring into a cluster, as far as we read their objects. */
import {
  AdvancedStatefulSet,
  NetworkAttachmentDefinition,
  StatefulSet,
  VirtualMachine,
} from "../crds/foreign.ts";
import type { Json } from "../kube/api.ts";
import type { Resource } from "../kube/resource.ts";

/** Of a kind that is somebody else's: enough to keep its objects as they are. */
export function definitionOf({ apiVersion, kind, plural, namespaced }: Resource): Json {
  const [group, version] = apiVersion.split("/");
  const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: namespaced ? "Namespaced" : "Cluster",
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

export const MULTUS = definitionOf(NetworkAttachmentDefinition);
/** As its cluster calls it; we tell two kinds of that name apart. */
export const KRUISE = definitionOf({ ...AdvancedStatefulSet, kind: StatefulSet.kind });
export const KUBEVIRT = definitionOf(VirtualMachine);

export const foreignDefinitions = [MULTUS, KRUISE, KUBEVIRT] as const;
