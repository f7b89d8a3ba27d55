/** The policies about workloads with fixed addresses, about our own kinds and their definitions, on a real API server. */
import type { Json } from "../../kube/api.ts";
import { type Asked, asking } from "./asking.ts";
import { annotated, CONTAINERS, EMERGENCY, key, OPERATOR_WITH_RIGHTS } from "./manifests.ts";

const admission = { components: ["admission"] };

Deno.test(
  "policies: a StatefulSet's fixed addresses stay while it has pods; its list may grow, its Subnet may change",
  asking((namespace): readonly Asked[] => {
    const sets = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
    const set = (name: string, annotations: Record<string, string>): Json => ({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name },
      spec: {
        replicas: 2,
        serviceName: name,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name }, annotations }, spec: { containers: CONTAINERS } },
      },
    });
    const template = (annotations: Record<string, string | null>) => ({
      spec: { template: annotated(annotations) },
    });
    const edit = (to: string, annotations: Record<string, string | null>, refused?: string): Asked => ({
      to,
      method: "MERGE",
      path: `${sets}/web`,
      body: template(annotations),
      ...(refused === undefined ? {} : { refused }),
    });
    const pool = key("ip_pool"), fixed = "of the template is fixed, since pods keep their addresses";
    const tail = "of the template may only grow at its end";
    return [
      {
        to: "create one with a list",
        method: "POST",
        path: sets,
        body: set("web", { [pool]: "10.0.0.10,10.0.0.11", [key("mac_address")]: "02:00:00:00:00:01" }),
      },
      edit("append to the list", { [pool]: "10.0.0.10,10.0.0.11,10.0.0.12" }),
      edit("exchange the list", { [pool]: "10.0.0.20,10.0.0.21" }, tail),
      edit("shorten the list", { [pool]: "10.0.0.10" }, tail),
      edit("put one in front", { [pool]: "10.0.0.9,10.0.0.10,10.0.0.11,10.0.0.12" }, tail),
      edit("lengthen the last address only", { [pool]: "10.0.0.10,10.0.0.11,10.0.0.123" }, tail),
      edit("remove the list", { [pool]: null }, tail),
      edit("change the MAC", { [key("mac_address")]: "02:00:00:00:00:02" }, key("mac_address") + " " + fixed),
      edit(
        "remove the MAC",
        { [key("mac_address")]: null },
        "delete the StatefulSet and create it anew, or scale it to 0 before",
      ),
      edit("add a Vip", { [key("vip")]: "mine" }, key("vip") + " " + fixed),
      edit("fix the address of an attached network", {
        "net1.prod.kubernetes.io/ip_address.eth2": "10.0.0.9",
      }, fixed),
      edit("move to another Subnet", { [key("logical_switch")]: "green" }),
      edit("change other annotations", { "example.com/note": "2" }),
      { to: "scale it", method: "MERGE", path: `${sets}/web/scale`, body: { spec: { replicas: 3 } } },
      {
        to: "change everything once it has no pods: scale",
        method: "MERGE",
        path: `${sets}/web`,
        body: { spec: { replicas: 0 } },
      },
      edit("change the MAC without pods", { [key("mac_address")]: "02:00:00:00:00:03" }),
      edit("exchange the list without pods", { [pool]: "10.0.0.30,10.0.0.31" }),
      { to: "scale up again", method: "MERGE", path: `${sets}/web`, body: { spec: { replicas: 2 } } },
      {
        to: "pairs: in an emergency",
        as: EMERGENCY,
        method: "MERGE",
        path: `${sets}/web`,
        body: template({ [pool]: "10.0.0.1,fd00::1;10.0.0.2,fd00::2" }),
      },
      edit("append a pair", { [pool]: "10.0.0.1,fd00::1;10.0.0.2,fd00::2;10.0.0.3,fd00::3" }),
      edit("exchange the pairs", { [pool]: "10.0.0.1,fd00::1;10.0.0.5,fd00::5" }, tail),
      { to: "name an IPPool", method: "POST", path: sets, body: set("named", { [pool]: "blue" }) },
      { to: "name another", method: "MERGE", path: `${sets}/named`, body: template({ [pool]: "green" }) },
      { to: "delete it", method: "DELETE", path: `${sets}/named` },
    ];
  }, admission),
);

Deno.test(
  "policies: status, finalizers and claims are the operator's; what Kube-OVN's other programs keep is not touched",
  asking((): readonly Asked[] => {
    const kubeovn = "/apis/kubeovn.io/v1", claims = "/apis/ipam.cadastre.internal/v1/addressclaims";
    const finalizers = ["kubeovn.io/kube-ovn-controller", "example.com/theirs"];
    const subnet = {
      apiVersion: "kubeovn.io/v1",
      kind: "Subnet",
      metadata: { name: "held", finalizers },
      spec: { cidrBlock: "10.0.0.0/24" },
    };
    const vlan = {
      apiVersion: "kubeovn.io/v1",
      kind: "Vlan",
      metadata: { name: "v1" },
      spec: { id: 1, provider: "p" },
    };
    const claim = {
      apiVersion: "ipam.cadastre.internal/v1",
      kind: "AddressClaim",
      metadata: { name: "held.10.0.0.9" },
      spec: {
        subnet: "held",
        subnetUid: "u",
        address: "10.0.0.9",
        holder: { kind: "IP", name: "a.b", uid: "u" },
        ownerKey: "b/a",
      },
    };
    const status = { status: { v4usingIPs: 7 } }, told = "the status is written by the operator";
    const alone = "AddressClaims are written by the operator alone";
    const strip = (list: readonly string[] | null) => ({ metadata: { finalizers: list } });
    return [
      { to: "create a Subnet", method: "POST", path: `${kubeovn}/subnets`, body: subnet },
      {
        to: "edit its status",
        method: "MERGE",
        path: `${kubeovn}/subnets/held/status`,
        body: status,
        refused: told,
      },
      {
        to: "edit its status, as the operator",
        as: OPERATOR_WITH_RIGHTS,
        method: "MERGE",
        path: `${kubeovn}/subnets/held/status`,
        body: status,
      },
      {
        to: "edit its spec",
        method: "MERGE",
        path: `${kubeovn}/subnets/held`,
        body: { spec: { natOutgoing: true } },
      },
      {
        to: "remove another's finalizer",
        method: "MERGE",
        path: `${kubeovn}/subnets/held`,
        body: strip(finalizers.slice(0, 1)),
      },
      { to: "delete it", method: "DELETE", path: `${kubeovn}/subnets/held` },
      {
        to: "strip our finalizer by merge",
        method: "MERGE",
        path: `${kubeovn}/subnets/held`,
        body: strip(null),
        refused:
          "finalizer kubeovn.io/kube-ovn-controller is removed by the operator as soon as nothing needs the object",
      },
      { to: "create a Vlan", method: "POST", path: `${kubeovn}/vlans`, body: vlan },
      {
        to: "write its status, as Kube-OVN does",
        method: "MERGE",
        path: `${kubeovn}/vlans/v1/status`,
        body: { status: { subnets: [] } },
      },
      { to: "create a claim", method: "POST", path: claims, body: claim, refused: alone },
      {
        to: "create a claim, as the operator",
        as: OPERATOR_WITH_RIGHTS,
        method: "POST",
        path: claims,
        body: { ...claim, metadata: { name: "held.10.0.0.8" }, spec: { ...claim.spec, address: "10.0.0.8" } },
      },
      {
        to: "edit it",
        method: "MERGE",
        path: `${claims}/held.10.0.0.8`,
        body: { spec: { holder: { uid: "v" } } },
        refused: alone,
      },
      { to: "delete it", method: "DELETE", path: `${claims}/held.10.0.0.8`, refused: alone },
      { to: "delete all", method: "DELETE", path: claims, refused: alone },
      { to: "delete one in an emergency", as: EMERGENCY, method: "DELETE", path: `${claims}/held.10.0.0.8` },
    ];
  }, { ...admission, andWithout: false }),
);

Deno.test(
  "policies: a definition of ours goes only with a label that says so",
  asking((): readonly Asked[] => {
    const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const foreign = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "provider-networks.kubeovn.io" },
      spec: {
        group: "kubeovn.io",
        scope: "Cluster",
        names: { plural: "provider-networks", singular: "provider-network", kind: "ProviderNetwork" },
        versions: [{
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object" } },
        }],
      },
    };
    const refused =
      "with this definition every AddressClaim of the cluster would be deleted; if that is what you want, first: " +
      "kubectl label crd addressclaims.ipam.cadastre.internal ipam.cadastre.internal/allow-delete=";
    const path = `${crds}/addressclaims.ipam.cadastre.internal`;
    return [
      { to: "delete ours", method: "DELETE", path, refused },
      { to: "delete all", method: "DELETE", path: crds, refused: "would be deleted" },
      { to: "install another of Kube-OVN's", method: "POST", path: crds, body: foreign },
      { to: "delete that", method: "DELETE", path: `${crds}/provider-networks.kubeovn.io` },
      {
        to: "label ours",
        method: "MERGE",
        path,
        body: { metadata: { labels: { "ipam.cadastre.internal/allow-delete": "" } } },
      },
      { to: "delete ours then", method: "DELETE", path },
    ];
  }, { ...admission, andWithout: false }),
);

Deno.test(
  "policies: a VirtualMachine's fixed addresses stay as long as it exists, also while it is switched off",
  asking((namespace): readonly Asked[] => {
    const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const machines = `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines`;
    const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "virtualmachines.kubevirt.io" },
      spec: {
        group: "kubevirt.io",
        scope: "Namespaced",
        names: { plural: "virtualmachines", singular: "virtualmachine", kind: "VirtualMachine" },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: open } }],
      },
    };
    const machine = {
      apiVersion: "kubevirt.io/v1",
      kind: "VirtualMachine",
      metadata: { name: "vm" },
      spec: { running: false, template: annotated({ [key("ip_address")]: "10.0.0.5" }) },
    };
    const template = (annotations: Record<string, string | null>) => ({
      spec: { template: annotated(annotations) },
    });
    const edit = (to: string, body: Json, refused?: string): Asked => ({
      to,
      method: "MERGE",
      path: `${machines}/vm`,
      body,
      ...(refused === undefined ? {} : { refused }),
    });
    return [
      { to: "install KubeVirt's definition", method: "POST", path: crds, body: definition },
      { to: "create one", method: "POST", path: machines, body: machine, retry: true },
      edit("switch it on", { spec: { running: true } }),
      edit(
        "change its address",
        template({ [key("ip_address")]: "10.0.0.6" }),
        "since pods keep their addresses: to change it, delete the VirtualMachine and create it anew",
      ),
      edit("move it to another Subnet", template({ [key("logical_switch")]: "green" })),
      edit("switch it off", { spec: { running: false } }),
      edit(
        "change its MAC while it is off",
        template({ [key("mac_address")]: "02:00:00:00:00:01" }),
        "is fixed",
      ),
    ];
  }, { ...admission, andWithout: false }),
);
