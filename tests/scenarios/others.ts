/** What other projects bring to a cluster, as far as scenarios need it: their kinds without any validation, and two switches. */
import type { Json } from "../../kube/api.ts";
import { resources } from "./resources.ts";

const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function definition(kind: string): Json {
  const { apiVersion, kind: name, plural } = resources.get(kind)!;
  const [group, version] = apiVersion.split("/");
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: name, plural },
      versions: [{
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: anything },
        subresources: { status: {} },
      }],
    },
  };
}

const config = (name: string, data: Json) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "kube-system" },
  data,
});

export const others: { apiVersion: "v1"; kind: "List"; items: readonly Json[] } = {
  apiVersion: "v1",
  kind: "List",
  items: [
    ...[
      "NetworkAttachmentDefinition",
      "VirtualMachine",
      "VirtualMachineInstance",
      "AdvancedStatefulSet",
    ].map(definition),
    config("ovn-vpc-nat-gw-config", { "enable-vpc-nat-gw": "true" }),
    config("ovn-vpc-nat-config", { image: "registry.k8s.io/pause:3.10" }),
  ],
};
