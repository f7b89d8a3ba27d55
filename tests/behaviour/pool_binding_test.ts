/** Namespaces and their pools. @see F3 */
import { assertEquals, assertMatch } from "@std/assert";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Namespace `app`, bound to Subnet `sn`, with pools of one address each, each older than the next. */
function withPools(...names: readonly string[]): Cluster {
  const lab = cluster();
  lab.namespace("app");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.settle();
  for (const [i, name] of names.entries()) {
    lab.pool(name, { ips: [`10.66.0.${100 + i}`], namespaces: ["app"] });
    lab.settle();
  }
  return lab;
}
const poolsOf = (lab: Cluster) => lab.told(Namespace, "app").ip_pool;

Deno.test("pool binding: a namespace is told its pools oldest first, and is not told of any when the last one lets it go", () => {
  const lab = withPools("z", "a");
  assertEquals(poolsOf(lab), "z,a");
  lab.merge(IPPool, "z", { spec: { namespaces: [] } });
  lab.settle();
  assertEquals(poolsOf(lab), "a");
  lab.delete(IPPool, "a");
  lab.settle();
  assertEquals([poolsOf(lab), lab.bindingOf("app")], [undefined, "sn"]);
  lab.atRest();
});

for (const [what, value] of [["removed", null], ["altered", "x"]] as const) {
  for (const key of ["logical_switch", "cidr", "exclude_ips", "ip_pool"]) {
    Deno.test(`F3-11: ${key} ${what} by hand is put back`, () => {
      const lab = withPools("p1", "p2"), before = lab.told(Namespace, "app");
      lab.merge(Namespace, "app", { metadata: { annotations: { [`ovn.kubernetes.io/${key}`]: value } } });
      lab.settle();
      assertEquals(lab.told(Namespace, "app"), before);
      lab.atRest();
    });
  }
}

Deno.test("F3-11: an ip_pool written by hand where no pool is bound is taken off", () => {
  const lab = withPools();
  lab.merge(Namespace, "app", { metadata: { annotations: { "ovn.kubernetes.io/ip_pool": "mine" } } });
  lab.settle();
  assertEquals(poolsOf(lab), undefined);
  lab.atRest();
});

Deno.test("pool binding: pods take the first pool that has an address, then wait; they never draw around the pools", () => {
  const lab = withPools("p1", "p2");
  for (const name of ["a", "b", "c"]) lab.pod(`app/${name}`);
  lab.settle();
  assertEquals(["a", "b", "c"].map((name) => lab.addressOf(`app/${name}`)), [
    "10.66.0.100",
    "10.66.0.101",
    undefined,
  ]);
  assertMatch(
    lab.warnings(Pod, "app/c")[0]!,
    /NoAvailableAddress: .*left in IPPool p1; Subnet sn: no IPv4 address is left in IPPool p2$/,
  );
  lab.kill("app/a");
  lab.settle();
  assertEquals(lab.addressOf("app/c"), "10.66.0.100");
  lab.pod("app/d");
  lab.settle();
  lab.pool("p3", { ips: ["10.66.0.200"], namespaces: ["app"] });
  lab.settle();
  assertEquals(lab.addressOf("app/d"), "10.66.0.200");
  lab.atRest();
});

Deno.test("pool binding: a pod that waits for the pools of its namespace goes on when they let it go", () => {
  const lab = withPools("p1");
  lab.pod("app/a");
  lab.pod("app/b");
  lab.settle();
  assertEquals(lab.addressOf("app/b"), undefined);
  lab.merge(IPPool, "p1", { spec: { namespaces: [] } });
  lab.settle();
  assertEquals(lab.addressOf("app/b"), "10.66.0.2");
  lab.atRest();
});

Deno.test("pool binding: a pod's own pool, list or address comes before those of its namespace", () => {
  const lab = withPools("p1");
  lab.pool("own", { ips: ["10.66.0.200"] });
  lab.settle();
  lab.pod("app/a", { ip_pool: "own" });
  lab.pod("app/b", { ip_pool: "10.66.0.50,10.66.0.51" });
  lab.pod("app/c", { ip_address: "10.66.0.60" });
  lab.settle();
  assertEquals(
    ["a", "b", "c"].map((name) => lab.addressOf(`app/${name}`)),
    ["10.66.0.200", "10.66.0.50", "10.66.0.60"],
  );
  lab.atRest();
});

Deno.test("pool binding: a pool with one family only is passed over by who wants both, not by who wants that one", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24,fd00::/120", namespaces: ["app"] });
  lab.settle();
  lab.pool("four", { ips: ["10.66.0.100"], namespaces: ["app"] });
  lab.settle();
  lab.pool("both", { ips: ["10.66.0.200", "fd00::20"], namespaces: ["app"] });
  lab.settle();
  lab.pod("app/both");
  lab.pod("app/four", { ip_family: "ipv4" });
  lab.pod("app/half", { ip_address: "10.66.0.9" });
  lab.settle();
  assertEquals([lab.addressOf("app/both"), lab.addressOf("app/four")], [
    "10.66.0.200,fd00::20",
    "10.66.0.100",
  ]);
  assertEquals(lab.addressOf("app/half"), undefined);
  lab.merge(IPPool, "both", { spec: { ips: ["10.66.0.200", "fd00::20..fd00::21"] } });
  lab.settle();
  assertEquals(lab.addressOf("app/half"), "10.66.0.9,fd00::21");
  lab.atRest();
});

Deno.test("pool binding: of two Subnets the pod is placed in that of the pool; a pool of a Subnet that serves it not is passed over", () => {
  const lab = withPools();
  lab.subnet("second", { cidrBlock: "10.67.0.0/24", namespaces: ["app"] });
  lab.subnet("foreign", { cidrBlock: "10.68.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pool("foreign", { subnet: "foreign", ips: ["10.68.0.9"], namespaces: ["app"] });
  lab.settle();
  lab.pod("app/a");
  lab.settle();
  assertMatch(
    lab.warnings(Pod, "app/a")[0]!,
    /NoAvailableAddress: IPPool foreign is of Subnet foreign, which does not serve/,
  );
  lab.pool("second", { subnet: "second", ips: ["10.67.0.9"], namespaces: ["app"] });
  lab.settle();
  assertEquals(lab.addressOf("app/a"), "10.67.0.9");
  lab.pod("app/b");
  lab.settle();
  lab.merge(Subnet, "foreign", { spec: { namespaces: ["default", "app"] } });
  lab.settle();
  assertEquals(lab.addressOf("app/b"), "10.68.0.9");
  lab.atRest();
});

Deno.test("pool binding: one that is not in force makes its pods wait and say so, and nobody else's", () => {
  const lab = withPools("old");
  lab.namespace("other");
  lab.settle();
  lab.pool("young", { ips: ["10.66.0.100..10.66.0.110"], namespaces: ["other"] });
  lab.merge(Subnet, "sn", { spec: { namespaces: ["app", "other"] } });
  lab.settle();
  lab.pod("app/a");
  lab.pod("other/b");
  lab.settle();
  assertEquals([lab.addressOf("app/a"), lab.addressOf("other/b")], ["10.66.0.100", undefined]);
  assertMatch(
    lab.warnings(Pod, "other/b")[0]!,
    /NoAvailableAddress: IPPool young is not in force: spec\.ips: /,
  );
  lab.delete(IPPool, "old");
  lab.settle();
  assertEquals(lab.addressOf("other/b"), "10.66.0.101");
  lab.atRest();
});

Deno.test("pool binding: namespaces that are not there yet are told when they come", () => {
  const lab = withPools();
  lab.pool("p", { ips: ["10.66.0.9"], namespaces: ["later"] });
  lab.merge(Subnet, "sn", { spec: { namespaces: ["later"] } });
  lab.settle();
  lab.namespace("later");
  lab.settle();
  assertEquals(lab.told(Namespace, "later").ip_pool, "p");
  lab.atRest();
});

Deno.test("pool binding: the address that a pod has stays when its namespace is bound to a pool later", () => {
  const lab = withPools();
  lab.pod("app/a");
  lab.settle();
  lab.pool("p", { ips: ["10.66.0.9"], namespaces: ["app"] });
  lab.settle();
  assertEquals(lab.addressOf("app/a"), "10.66.0.2");
  lab.atRest();
});
