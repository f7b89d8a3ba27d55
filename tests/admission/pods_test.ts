/** The policies about pods in deploy/components/admission on a real API server: what they refuse, to whom, and what they let pass. */
import type { Json } from "../../kube/api.ts";
import { type Asked, asking } from "./asking.ts";
import { annotated, EMERGENCY, key, KUBELET, OPERATOR_WITH_RIGHTS, pod, SCHEDULER } from "./manifests.ts";

const admission = { components: ["admission"] };

Deno.test(
  "policies: a pod's network is settled when it is created, whichever door an annotation comes in by",
  asking((namespace): readonly Asked[] => {
    const pods = `/api/v1/namespaces/${namespace}/pods`, web = `${pods}/web`;
    const settled = "the network of a Pod is settled when it is created: ovn.kubernetes.io/";
    const forged = annotated({ [key("ip_address")]: "10.0.0.9" });
    const status = { ...forged, status: { phase: "Running" } };
    const ephemeral = {
      spec: { ephemeralContainers: [{ name: "debug", image: "none", terminationMessagePolicy: "File" }] },
    };
    return [
      {
        to: "create a pod that asks",
        method: "POST",
        path: pods,
        body: pod("web", { [key("ip_address")]: "10.0.0.5" }),
      },
      {
        to: "change the request",
        method: "MERGE",
        path: web,
        body: forged,
        refused: settled + "ip_address cannot be set or changed",
      },
      {
        to: "change it as a kubelet",
        as: KUBELET,
        method: "MERGE",
        path: `${web}/status`,
        body: status,
        refused: settled,
      },
      {
        to: "add a MAC",
        method: "MERGE",
        path: web,
        body: annotated({ [key("mac_address")]: "02:00:00:00:00:01" }),
        refused: settled + "mac_address",
      },
      {
        to: "say that it was told",
        method: "MERGE",
        path: web,
        body: annotated({ [key("allocated")]: "true" }),
        refused: settled + "allocated",
      },
      {
        to: "remove the request",
        method: "MERGE",
        path: web,
        body: annotated({ [key("ip_address")]: null }),
        refused: settled + "ip_address cannot be removed",
      },
      {
        to: "forge our fence",
        method: "MERGE",
        path: web,
        body: annotated({ "ipam.cadastre.internal/withdrawn": "1" }),
        refused: "ipam.cadastre.internal/withdrawn",
      },
      {
        to: "change an attached network",
        method: "MERGE",
        path: web,
        body: annotated({ "net1.prod.ovn.kubernetes.io/logical_switch": "a" }),
        refused: "net1.prod.ovn.kubernetes.io/logical_switch",
      },
      {
        to: "change one interface",
        method: "MERGE",
        path: web,
        body: annotated({ "net1.prod.kubernetes.io/ip_address.eth2": "10.0.0.9" }),
        refused: "ip_address.eth2",
      },
      {
        to: "change it by apply",
        method: "APPLY",
        path: web,
        body: { ...pod("web"), ...annotated({ [key("vip")]: "mine" }) },
        refused: settled + "vip",
      },
      {
        to: "add an ephemeral container",
        method: "MERGE",
        path: `${web}/ephemeralcontainers`,
        body: ephemeral,
      },
      {
        to: "plug in an interface",
        method: "MERGE",
        path: web,
        body: annotated({ "k8s.v1.cni.cncf.io/networks": "net1" }),
      },
      {
        to: "write any other annotation",
        method: "MERGE",
        path: web,
        body: annotated({ "example.com/note": "yes", "kubernetes.io/config.seen": "now" }),
      },
      {
        to: "report a phase",
        as: KUBELET,
        method: "MERGE",
        path: `${web}/status`,
        body: { status: { phase: "Running" } },
      },
      {
        to: "tell the pod its address, as the operator",
        as: OPERATOR_WITH_RIGHTS,
        method: "MERGE",
        path: web,
        body: annotated({ [key("allocated")]: "true" }),
      },
      {
        to: "do anything in an emergency",
        as: EMERGENCY,
        method: "MERGE",
        path: web,
        body: annotated({ [key("ip_address")]: "10.0.0.7" }),
      },
      { to: "delete it", method: "DELETE", path: `${web}?gracePeriodSeconds=0` },
      {
        to: "create it anew, for those without policies",
        method: "POST",
        path: pods,
        body: pod("web", { [key("ip_address")]: "10.0.0.5" }),
      },
    ];
  }, admission),
);

Deno.test(
  "policies: a Binding brings no annotations about the network into a pod",
  asking((namespace): readonly Asked[] => {
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const binding = (name: string, annotations: Record<string, string>): Json => ({
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, annotations },
      target: { kind: "Node", name: "node-1" },
    });
    const refused = "a Binding may not carry annotations about the network";
    return [
      { to: "create a pod", method: "POST", path: pods, body: pod("a") },
      { to: "create another", method: "POST", path: pods, body: pod("b") },
      { to: "create a third", method: "POST", path: pods, body: pod("c") },
      {
        to: "bind with an address",
        as: SCHEDULER,
        method: "POST",
        path: `${pods}/a/binding`,
        body: binding("a", { [key("ip_address")]: "10.0.0.9" }),
        refused,
      },
      {
        to: "bind through the older door",
        as: SCHEDULER,
        method: "POST",
        path: `/api/v1/namespaces/${namespace}/bindings`,
        body: binding("b", { [key("allocated")]: "true" }),
        refused,
      },
      {
        to: "bind as schedulers do",
        as: SCHEDULER,
        method: "POST",
        path: `${pods}/c/binding`,
        body: binding("c", { "example.com/zone": "a" }),
      },
    ];
  }, admission),
);

Deno.test(
  "policies: only the sizes of annotations are judged, and only of new pods",
  asking((namespace): readonly Asked[] => {
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const create = (name: string, annotations: Record<string, string>, refused?: string): Asked => ({
      to: `create pod ${name}`,
      method: "POST",
      path: pods,
      body: pod(name, annotations),
      ...(refused === undefined ? {} : { refused }),
    });
    return [
      create("odd", { [key("ip_address")]: "FD00::1/64", [key("mac_address")]: "02-AA-00-00-00-01" }),
      create("long-list", { [key("ip_pool")]: "10.0.0.1,".repeat(6_000) }),
      create(
        "longer-list",
        { [key("ip_pool")]: "10.0.0.1,".repeat(8_000) },
        "ovn.kubernetes.io/ip_pool has 72000 characters; at most 65536",
      ),
      create(
        "long-address",
        { [key("ip_address")]: "1".repeat(5_000) },
        "ovn.kubernetes.io/ip_address has 5000 characters",
      ),
      create(
        "many-networks",
        { "k8s.v1.cni.cncf.io/networks": "net,".repeat(5_000) },
        "k8s.v1.cni.cncf.io/networks has 20000",
      ),
      create("long-other", { "example.com/note": "n".repeat(100_000) }),
    ];
  }, admission),
);

Deno.test(
  "policies: a pod with twenty thousand annotations can still run and go",
  asking((namespace): readonly Asked[] => {
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`a${i}`, ""]));
    return [
      { to: "create it", method: "POST", path: pods, body: pod("many", many) },
      {
        to: "report its phase",
        as: KUBELET,
        method: "MERGE",
        path: `${pods}/many/status`,
        body: { status: { phase: "Running" } },
      },
      {
        to: "annotate it, as the operator",
        as: OPERATOR_WITH_RIGHTS,
        method: "MERGE",
        path: `${pods}/many`,
        body: annotated({ [key("allocated")]: "true" }),
      },
      { to: "delete it", method: "DELETE", path: `${pods}/many?gracePeriodSeconds=0` },
    ];
  }, admission),
);

Deno.test(
  "policies: whoever has the operator's token changes nothing of a pod, namespace or node but its annotations",
  asking((namespace): readonly Asked[] => {
    const pods = `/api/v1/namespaces/${namespace}/pods`, as = OPERATOR_WITH_RIGHTS;
    const refused = "the operator may annotate this object, and change nothing else of it";
    const images = { spec: { containers: [{ name: "c", image: "evil" }] } };
    return [
      { to: "create a pod", method: "POST", path: pods, body: pod("victim") },
      {
        to: "exchange its image",
        as,
        method: "JSON",
        path: `${pods}/victim`,
        body: [{ op: "replace", path: "/spec/containers/0/image", value: "evil" }],
        refused,
      },
      {
        to: "label it",
        as,
        method: "MERGE",
        path: `${pods}/victim`,
        body: { metadata: { labels: { app: "db" } } },
        refused,
      },
      {
        to: "relax a namespace",
        as,
        method: "MERGE",
        path: `/api/v1/namespaces/${namespace}`,
        body: { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
        refused,
      },
      {
        to: "write a foreign annotation",
        as,
        method: "MERGE",
        path: `${pods}/victim`,
        body: annotated({ "example.com/inject": "true" }),
        refused: "its own annotations, and no other",
      },
      { to: "exchange the image as anybody else", method: "MERGE", path: `${pods}/victim`, body: images },
      {
        to: "write its own",
        as,
        method: "MERGE",
        path: `${pods}/victim`,
        body: annotated({ [key("allocated")]: "true", "ipam.cadastre.internal/withdrawn": "5" }),
      },
      {
        to: "bind a namespace",
        as,
        method: "MERGE",
        path: `/api/v1/namespaces/${namespace}`,
        body: annotated({ [key("exclude_ips")]: "", [key("ip_pool")]: "a" }),
      },
    ];
  }, admission),
);
