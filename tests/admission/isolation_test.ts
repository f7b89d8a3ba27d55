/** The policies of deploy/components/isolate-namespaces on a real API server. */
import { type Asked, asking } from "./asking.ts";
import { CONTAINERS, key } from "./manifests.ts";

const isolation = { components: ["isolate-namespaces"] };
const NETWORKS = "k8s.v1.cni.cncf.io/networks";

const pods = (namespace: string) =>
(
  name: string,
  annotations: Record<string, string>,
  refused?: string,
): Asked => ({
  to: `create pod ${name}`,
  method: "POST",
  path: `/api/v1/namespaces/${namespace}/pods`,
  body: {
    metadata: { name, annotations },
    spec: { serviceAccountName: "builder", containers: CONTAINERS },
  },
  ...(refused === undefined ? {} : { refused }),
});

Deno.test(
  "isolation: a pod names Subnets, IPPools and Vips that its namespace is bound to, or that its account may use",
  asking((namespace): readonly Asked[] => {
    const create = pods(namespace), rbac = "/apis/rbac.authorization.k8s.io/v1";
    const lacks = (what: string) =>
      `namespace ${namespace} is not bound to ${what}, and service account builder has no verb "use" on it`;
    const apiGroup = "rbac.authorization.k8s.io", metadata = { name: `use-${namespace}` };
    const rules = [
      {
        apiGroups: ["kubeovn.io"],
        resources: ["subnets"],
        resourceNames: ["lent", "a", "b", "c", "d", "e"],
        verbs: ["use"],
      },
      { apiGroups: ["kubeovn.io"], resources: ["ippools", "vips"], resourceNames: ["lent"], verbs: ["use"] },
    ];
    return [
      {
        to: "bind the namespace, as the operator does",
        method: "MERGE",
        path: `/api/v1/namespaces/${namespace}`,
        body: {
          metadata: { annotations: { [key("logical_switch")]: "own,second", [key("ip_pool")]: "pool" } },
        },
      },
      { to: "lend", method: "POST", path: `${rbac}/clusterroles`, body: { metadata, rules } },
      {
        to: "lend to the account",
        method: "POST",
        path: `${rbac}/clusterrolebindings`,
        body: {
          metadata,
          roleRef: { apiGroup, kind: "ClusterRole", name: metadata.name },
          subjects: [{ kind: "ServiceAccount", name: "builder", namespace }],
        },
      },
      create("unasking", {}),
      { ...create("own", { [key("logical_switch")]: "own", [key("ip_pool")]: "pool" }), retry: true },
      create("second", { "net1.prod.ovn.kubernetes.io/logical_switch": " second" }),
      create("foreign", { [key("logical_switch")]: "theirs" }, lacks("subnets/theirs")),
      create("prefix", { [key("logical_switch")]: "secon" }, lacks("subnets/secon")),
      create("attached", { "net1.prod.ovn.kubernetes.io/logical_switch": "theirs" }, lacks("subnets/theirs")),
      {
        ...create("lent", {
          [key("logical_switch")]: "lent",
          [key("ip_pool")]: "lent",
          [key("vip")]: "lent",
        }),
        retry: true,
      },
      create("pool", { [key("ip_pool")]: "theirs" }, lacks("ippools/theirs")),
      create("list", { [key("ip_pool")]: "10.0.0.1,10.0.0.2" }),
      create("vip", { [key("vip")]: "theirs" }, lacks("vips/theirs")),
      create("pair", { [key("aaps")]: "lent, theirs" }, lacks("vips/theirs")),
      create(
        "six",
        Object.fromEntries(
          ["lent", "a", "b", "c", "d", "e"].map((name) => [`${name}.kubernetes.io/logical_switch`, name]),
        ),
      ),
      create(
        "seven",
        Object.fromEntries([..."abcdefg"].map((name) => [`${name}.kubernetes.io/logical_switch`, "lent"])),
        "at most 6",
      ),
    ];
  }, isolation),
);

Deno.test(
  "isolation: a pod attaches networks of its own namespace, however it writes them",
  asking((namespace): readonly Asked[] => {
    const create = pods(namespace), refused = `networks of other namespaces are not accepted`;
    const list = (...items: readonly object[]) => JSON.stringify(items, null, 1);
    return [
      create("short", { [NETWORKS]: `net1, ${namespace}/net2@eth2` }),
      create("short-foreign", { [NETWORKS]: "net1, other/net2" }, refused),
      create("json", { [NETWORKS]: list({ name: "net1" }, { name: "net2", namespace }) }),
      create(
        "json-foreign",
        { [NETWORKS]: list({ name: "net1" }, { name: "net2", namespace: "other" }) },
        refused,
      ),
      create("json-case", { [NETWORKS]: `[{"name": "net1", "Namespace" :\t"other"}]` }, refused),
      create(
        "json-twice",
        { [NETWORKS]: `[{"name":"net1","namespace":"${namespace}","namespace":"other"}]` },
        refused,
      ),
      create(
        "json-escaped",
        { [NETWORKS]: `[{"name":"net1","\\u006eamespace":"other"}]` },
        "no escape sequences",
      ),
      create("json-alone", { [NETWORKS]: `{"name":"net1","namespace":"other"}` }, refused),
      create("default", { "v1.multus-cni.io/default-network": "other/net1" }, refused),
      create("own-default", { "v1.multus-cni.io/default-network": `${namespace}/net1` }),
      {
        to: "plug in a foreign one later",
        method: "MERGE",
        path: `/api/v1/namespaces/${namespace}/pods/short`,
        body: { metadata: { annotations: { [NETWORKS]: "other/net1" } } },
        refused,
      },
      {
        to: "plug in an own one later",
        method: "MERGE",
        path: `/api/v1/namespaces/${namespace}/pods/short`,
        body: { metadata: { annotations: { [NETWORKS]: "net1" } } },
      },
    ];
  }, isolation),
);
