import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { clusterOf, copyOf } from "../../cli/dry_run/copy.ts";
import { leavesOf } from "../../cli/dry_run/leaves.ts";
import { diffText } from "../../cli/dry_run/print.ts";
import { rehearse } from "../../cli/dry_run/rehearse.ts";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Json } from "../../kube/api.ts";
import type { Resource } from "../../kube/resource.ts";
import { cadastre } from "../../main.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { ClusterRole, ClusterRoleBinding, lent, lentTo } from "../rights.ts";

const EXAMPLE = ["network", "workload"].map((name) =>
  new URL(`../../examples/${name}.yaml`, import.meta.url).pathname
);
const { signal } = new AbortController();

Deno.test("a rehearsal of the example shows what would be created, changed and refused", async () => {
  const server = await clusterOf(EXAMPLE);
  const text = diffText(await rehearse({ definition: cadastre(), server, signal }));
  assertMatch(text, /^\+ Subnet ovn-default$/m);
  assertMatch(text, /^~ Subnet shop-web\n(?: {4}.*\n)* {4}\+ spec\.gateway: 10\.20\.0\.1$/m);
  assertMatch(text, /^ {4}~ .*ip_address: 10\.30\.0\.77 → 10\.30\.0\.77,fd00:30::\d$/m);
  assertMatch(text, /^\+ AddressClaim shop-web\.10\.20\.0\.10$/m);
  assertMatch(text, /^! Pod shop\/stray\n {4}AcquireAddressFailed: NoSubnet/m);
  assertStringIncludes(text, "0 deleted; 2 would wait. Nothing was written.");
});

Deno.test("a rehearsal leaves the cluster that was copied as it is, and keeps its uids", async () => {
  const original = await clusterOf(EXAMPLE), { version } = original.store;
  const copy = await copyOf(new SandboxClient(original), cadastre().kinds);
  const { changes } = await rehearse({ definition: cadastre(), server: copy, signal });
  assertEquals(original.store.version, version);
  const pod = changes.find(({ kind, key }) => kind === "Pod" && key === "lab/database")!;
  assertEquals(pod.after.metadata.uid, pod.before.metadata.uid);
  assert(pod.before.metadata.uid);
});

Deno.test("a rehearsal of what is settled already changes nothing", async () => {
  const server = await clusterOf(EXAMPLE);
  await rehearse({ definition: cadastre(), server, signal });
  const again = await copyOf(new SandboxClient(server), cadastre().kinds);
  assertEquals((await rehearse({ definition: cadastre(), server: again, signal })).changes, []);
});

Deno.test("a rehearsal with isolated namespaces asks the cluster who may use what, and says who may not", async () => {
  const original = await clusterOf([]), user = new SandboxClient(original), manager = "user";
  const definition = cadastre({ isolateNamespaces: true });
  const create = (resource: Resource, body: Json) => user.send({ verb: "create", resource, body, manager });
  await create(Namespace, { metadata: { name: "shop" } });
  await create(Subnet, { metadata: { name: "lent" }, spec: { cidrBlock: "10.66.0.0/24" } });
  for (const name of ["builder", "other"]) {
    const metadata = { namespace: "shop", name, annotations: { "ovn.kubernetes.io/logical_switch": "lent" } };
    const spec = { serviceAccountName: name, containers: [{ name: "c", image: "i" }] };
    await create(Pod, { metadata, spec });
  }
  await create(ClusterRole, lent("lent", "subnets/lent"));
  await create(ClusterRoleBinding, lentTo("lent", "shop/builder"));
  const { version } = original.store, server = await copyOf(user, definition.kinds);
  const { changes, refusals } = await rehearse({ definition, server, original: user, signal });
  assertEquals(original.store.version, version);
  assert(changes.some(({ kind, key }) => kind === "IP" && key === "builder.shop"));
  const [refused] = refusals.filter(({ kind }) => kind === "Pod");
  assertEquals([refused?.key, refused?.reason], ["shop/other", "NotPermitted"]);
});

Deno.test("leavesOf shows conditions in a line each, big numbers exactly, and no bookkeeping", () => {
  const leaves = leavesOf({
    apiVersion: "v1",
    kind: "K",
    metadata: { name: "n", uid: "u", resourceVersion: "1", labels: { a: "b" } },
    spec: { list: ["x", "y"], empty: "", nothing: null, no: false, zero: 0 },
    status: {
      count: 18446744073709551613n,
      conditions: [{ type: "Ready", status: "False", reason: "Why", message: "so", lastUpdateTime: "t" }],
    },
  });
  assertEquals(Object.fromEntries(leaves), {
    "metadata.labels.a": "b",
    "spec.list": '["x","y"]',
    "spec.no": "false",
    "spec.zero": "0",
    "status.count": "18446744073709551613",
    "status.conditions[Ready]": "False Why: so",
  });
});
