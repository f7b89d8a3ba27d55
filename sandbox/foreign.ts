/** Kinds that other projects bring into a cluster, as far as we read their objects. */
import type { Json } from "../kube/api.ts";

function definition(group: string, version: string, [kind, plural]: readonly [string, string]): Json {
  const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: "Namespaced",
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

export const MULTUS = definition("k8s.cni.cncf.io", "v1", [
  "NetworkAttachmentDefinition",
  "network-attachment-definitions",
]);
export const KRUISE = definition("apps.kruise.io", "v1beta1", ["StatefulSet", "statefulsets"]);
export const KUBEVIRT = definition("kubevirt.io", "v1", ["VirtualMachine", "virtualmachines"]);

export const foreignDefinitions = [MULTUS, KRUISE, KUBEVIRT] as const;
