/** What NAT gateways stand on, on a real API server. */
import { assertEquals } from "@std/assert";
import { NetworkAttachmentDefinition } from "../../crds/foreign.ts";
import type { Client, Json } from "../../kube/api.ts";
import { MULTUS } from "../../sandbox/foreign.ts";
import { eventually } from "../control_plane/eventually.ts";
import { subnet } from "./manifests.ts";
import type { Scene } from "./scene.ts";

export const SYSTEM = "kube-system";

export const kubeovn = (kind: string, name: string, spec: Json): Json => ({
  apiVersion: "kubeovn.io/v1",
  kind,
  metadata: { name },
  spec,
});

/** On {@link groundOf}; the EIP is its own, and the rules are the EIP's. */
export const gateway = (spec: Json = {}): Json =>
  kubeovn("VpcNatGateway", "gw", {
    vpc: "blue",
    subnet: "inner",
    externalSubnets: ["ext"],
    noDefaultEIP: true,
    ...spec,
  });
export const eip = (spec: Json = {}): Json =>
  kubeovn("IptablesEIP", "eip", { externalSubnet: "ext", natGwDp: "gw", ...spec });
export const fip = kubeovn("IptablesFIPRule", "fip", { eip: "eip", internalIp: "10.90.1.9" });
export const snat = kubeovn("IptablesSnatRule", "snat", { eip: "eip", internalCIDR: "10.90.1.0/24" });

const configMap = (name: string, data: Json): Json => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: SYSTEM },
  data,
});

/** A Vpc `blue` with a Subnet `inner`, an external Subnet `ext` of 13 addresses, image and switch. */
export async function groundOf(scene: Scene): Promise<void> {
  await networks(scene.cluster.client);
  await scene.create(
    {
      apiVersion: NetworkAttachmentDefinition.apiVersion,
      kind: NetworkAttachmentDefinition.kind,
      metadata: { name: "extnad", namespace: SYSTEM },
      spec: {
        config: JSON.stringify({
          type: "macvlan",
          ipam: { type: "kube-ovn", provider: "extnad.kube-system" },
        }),
      },
    },
    configMap("ovn-vpc-nat-config", { image: "nat:1" }),
    configMap("ovn-vpc-nat-gw-config", { "enable-vpc-nat-gw": "true" }),
    kubeovn("Vpc", "blue", {}),
    subnet("inner", { cidrBlock: "10.90.1.0/24", vpc: "blue" }),
    subnet("ext", { cidrBlock: "192.168.50.0/28", provider: "extnad.kube-system" }),
  );
}

/** Serves the kind that Multus brings. */
async function networks(client: Client): Promise<void> {
  const resource = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    namespaced: false,
  };
  const { outcome, message } = await client.send({ verb: "create", resource, body: MULTUS, manager: "user" });
  assertEquals(outcome, "ok", message);
  await eventually("networks are served", async () => {
    const { outcome } = await client.send({ verb: "list", resource: NetworkAttachmentDefinition });
    return outcome === "ok";
  });
}
