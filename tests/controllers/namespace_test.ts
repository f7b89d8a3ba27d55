import { assert, assertEquals } from "@std/assert";
import table, { reconcile } from "../../controllers/namespace/namespace.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Kind, Obj } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { inUse, namespace, ready, subnet, vpc, world, worldOf } from "../world.ts";

const shared = vpc();
const standard = inUse(subnet("ovn-default", { cidrBlock: "10.16.0.0/16" }));

function annotations(...objects: readonly Obj[]) {
  const plan = reconcile(namespace("app"), world(shared, ...objects));
  assert(plan.verdict === "desired");
  return plan.annotate[0]?.annotations;
}

Deno.test("namespace: is told the default Subnet's switch, block and exclusions", () => {
  assertEquals(annotations(standard), {
    "ovn.kubernetes.io/logical_switch": "ovn-default",
    "ovn.kubernetes.io/cidr": "10.16.0.0/16",
    "ovn.kubernetes.io/exclude_ips": "10.16.0.1",
    "ovn.kubernetes.io/ip_pool": null,
  });
});

Deno.test("namespace: with several Subnets all lists have the same order", () => {
  const dual = inUse(subnet("dual", {
    cidrBlock: "10.1.0.0/16,fd00::/64",
    excludeIps: ["10.1.0.5..10.1.0.9"],
    namespaces: ["app"],
  }, { born: 1 }));
  const plain = inUse(subnet("plain", { cidrBlock: "10.2.0.0/16", namespaces: ["app"] }, { born: 2 }));
  assertEquals(annotations(plain, dual), {
    "ovn.kubernetes.io/logical_switch": "dual,plain",
    "ovn.kubernetes.io/cidr": "10.1.0.0/16,fd00::/64;10.2.0.0/16",
    "ovn.kubernetes.io/exclude_ips": "10.1.0.1,10.1.0.5..10.1.0.9,fd00::1;10.2.0.1",
    "ovn.kubernetes.io/ip_pool": null,
  });
});

Deno.test("namespace: is annotated only as the object that was seen", () => {
  const app = namespace("app");
  const plan = reconcile(app, world(shared, standard, app));
  assert(plan.verdict === "desired");
  assertEquals(plan.annotate.map(({ kind, object }) => [kind.kind, object.metadata.uid]), [
    ["Namespace", "app-uid"],
  ]);
});

Deno.test("namespace: is told what all replicas see alike, whether this one has counted the Subnets or not", () => {
  const plan = reconcile(namespace("app"), worldOf([shared, standard], { counted: false }).view);
  assert(plan.verdict === "desired");
  assertEquals(plan.annotate.length, 1);
});

Deno.test("namespace: one that goes is left alone", () => {
  const plan = reconcile(namespace("app", { going: true }), world(shared, standard));
  assert(plan.verdict === "desired");
  assertEquals(plan.annotate, []);
});

function waiting(...objects: readonly Obj[]) {
  const plan = reconcile(namespace("app"), world(shared, ...objects));
  assert(plan.verdict === "wait");
  return plan;
}

Deno.test("namespace: waits for a Subnet, and says for which and why", () => {
  const orphan = inUse(subnet("orphan", { cidrBlock: "10.1.0.0/16", namespaces: ["app"] }, { going: true }));
  const { message, quiet, until } = waiting(orphan);
  assertEquals(
    message,
    "NoSubnet: Subnet orphan cannot be used: it is being deleted; Subnet ovn-default does not exist",
  );
  assertEquals(quiet, false);
  assertEquals(until.map(([kind, key]) => `${kind.kind} ${key}`), [
    "Namespace app",
    "Subnet ovn-default",
    "Vpc ovn-cluster",
    "Subnet orphan",
    "Vpc ovn-cluster",
    "Subnet orphan",
  ]);
});

Deno.test("namespace: a default Subnet on its way is worth no Event, a missing one is", () => {
  assertEquals(waiting(subnet("ovn-default", { cidrBlock: "10.16.0.0/16" })).quiet, true);
  assertEquals(waiting().quiet, false);
});

function woken(kind: Kind, changed: Obj, view: View): readonly string[] {
  const keys = new Set<string>();
  for (const row of table.rows) {
    if (row.row !== "wake" || row.watch.kind !== kind.kind) continue;
    for (const key of row.keys(changed, view)) if (key !== undefined) keys.add(key);
  }
  return [...keys].sort();
}

const red = namespace("red", { labels: { team: "red" } });
const others = [namespace("a"), namespace("b"), red];

Deno.test("namespace: is woken by a Subnet that names or selects it, before and after a change", () => {
  const selectors = [{ matchLabels: { team: "red" } }];
  const before = inUse(subnet("s", { cidrBlock: "10.1.0.0/16", namespaces: ["a"] }));
  const after = inUse(
    subnet("s", { cidrBlock: "10.1.0.0/16", namespaces: ["b"], namespaceSelectors: selectors }),
  );
  const view = world(...others, after);
  assertEquals(woken(Subnet, before, view), ["a"]);
  assertEquals(woken(Subnet, after, view), ["b", "red"]);
});

Deno.test("namespace: is woken by the default Subnet, whoever it is", () => {
  assertEquals(woken(Subnet, standard, world(...others, standard)), ["a", "b", "red"]);
});

Deno.test("namespace: is not woken by a Subnet that was Ready and still is", () => {
  const settled = ready(subnet("ovn-default", { cidrBlock: "10.16.0.0/16" }));
  assertEquals(woken(Subnet, settled, world(...others, settled)), []);
  const edited = { ...settled, metadata: { ...settled.metadata, generation: 2 } };
  assertEquals(woken(Subnet, settled, world(...others, edited)), ["a", "b", "red"]);
  assertEquals(woken(Subnet, settled, world(...others)), ["a", "b", "red"]);
  assertEquals(woken(Subnet, standard, world(...others, settled)), ["a", "b", "red"]);
});

Deno.test("namespace: is woken by a Vpc that lists it, and by the Subnet which that Vpc names", () => {
  const blue = vpc("blue", { namespaces: ["a", "red"], defaultSubnet: "own" });
  const own = inUse(subnet("own", { cidrBlock: "10.1.0.0/16", vpc: "blue" }));
  const view = world(...others, blue, own);
  assertEquals(woken(Vpc, blue, view), ["a", "red"]);
  assertEquals(woken(Subnet, own, view), ["a", "red"]);
});
