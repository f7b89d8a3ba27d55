/** IPPools: what they set aside, what they say, and that they hold nobody up. */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

function withSubnet(spec: Subnet["spec"] = {}): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/28", namespaces: ["default"], ...spec });
  return lab.settle();
}
const status = (lab: Cluster, pool: string) => {
  const { conditions: _, ...counted } = lab.get(IPPool, pool)?.status ?? {};
  return counted;
};
const NONE = { v6AvailableIPs: 0, v6AvailableIPRange: "", v6UsingIPs: 0, v6UsingIPRange: "" };

Deno.test("pool: a pod that names it gets its addresses; others never do, and go on when the rest is used up only by waiting", () => {
  const lab = withSubnet({ cidrBlock: "10.66.0.0/29" });
  lab.pool("p", { ips: ["10.66.0.2..10.66.0.3", "10.66.0.6"] });
  lab.settle();
  lab.pod("default/named", { ip_pool: "p" });
  for (const name of ["a", "b", "c"]) lab.pod(`default/${name}`);
  lab.settle();
  assertEquals(lab.addresses("named", "a", "b", "c"), ["10.66.0.2", "10.66.0.4", "10.66.0.5", undefined]);
  assertMatch(lab.warnings(Pod, "default/c")[0]!, /NoAvailableAddress: Subnet sn: no IPv4 address is left$/);
  lab.delete(IPPool, "p");
  lab.settle();
  assertEquals(lab.addresses("named", "c"), ["10.66.0.2", "10.66.0.3"]);
  lab.atRest();
});

Deno.test("pool: an address asked for may be of any pool and counts to it", () => {
  const lab = withSubnet();
  lab.pool("p", { ips: ["10.66.0.4/30"] });
  lab.pod("default/static", { ip_address: "10.66.0.5" });
  lab.settle();
  assertEquals(lab.addresses("static"), ["10.66.0.5"]);
  assertEquals(status(lab, "p"), {
    v4AvailableIPs: 3,
    v4AvailableIPRange: "10.66.0.4,10.66.0.6-10.66.0.7",
    v4UsingIPs: 1,
    v4UsingIPRange: "10.66.0.5",
    ...NONE,
  });
  lab.kill("default/static");
  lab.settle();
  assertEquals(status(lab, "p").v4UsingIPs, 0);
  lab.atRest();
});

Deno.test("pool: counters of both families are the Subnet's restricted to it; exclusions added later leave it", () => {
  const lab = withSubnet({ cidrBlock: "10.66.0.0/28,fd00::/120" });
  lab.pool("p", { ips: ["10.66.0.8..10.66.0.9", "fd00::10..fd00::1f"] });
  lab.pod("default/a", { ip_pool: "p" });
  lab.settle();
  assertEquals(lab.addresses("a"), ["10.66.0.8,fd00::10"]);
  lab.merge(Subnet, "sn", { spec: { excludeIps: ["10.66.0.8", "fd00::18..fd00::ff"] } });
  lab.settle();
  assertEquals(status(lab, "p"), {
    v4AvailableIPs: 1,
    v4AvailableIPRange: "10.66.0.9",
    v4UsingIPs: 0,
    v4UsingIPRange: "",
    v6AvailableIPs: 7,
    v6AvailableIPRange: "fd00::11-fd00::17",
    v6UsingIPs: 1,
    v6UsingIPRange: "fd00::10",
  });
  lab.kill("default/a");
  lab.settle();
  lab.pod("default/b", { ip_pool: "p" });
  lab.pod("default/c", { ip_pool: "p" });
  lab.settle();
  assertEquals(lab.addresses("b", "c"), ["10.66.0.9,fd00::11", undefined]);
  lab.atRest();
});

Deno.test("pool: an edit moves addresses in and out; who has one keeps it, and who waits is woken", () => {
  const lab = withSubnet();
  lab.pool("p", { ips: ["10.66.0.8"] });
  lab.pod("default/a", { ip_pool: "p" });
  lab.pod("default/b", { ip_pool: "p" });
  lab.settle();
  assertEquals(lab.addresses("a", "b"), ["10.66.0.8", undefined]);
  lab.merge(IPPool, "p", { spec: { ips: ["10.66.0.9"] } });
  lab.settle();
  assertEquals(lab.addresses("a", "b"), ["10.66.0.8", "10.66.0.9"]);
  assertEquals([status(lab, "p").v4UsingIPs, status(lab, "p").v4AvailableIPs], [1, 0]);
  assertEquals(lab.condition(IPPool, "p")?.observedGeneration, 2);
  lab.atRest();
});

Deno.test("pool: a pod waits for one that is full until an address of it is given back", () => {
  const lab = withSubnet();
  lab.pool("p", { ips: ["10.66.0.8"] });
  lab.pod("default/a", { ip_pool: "p" });
  lab.pod("default/b", { ip_pool: "p" });
  lab.pod("default/other");
  lab.settle();
  assertMatch(
    lab.warnings(Pod, "default/b")[0]!,
    /AcquireAddressFailed NoAvailableAddress: Subnet sn: no IPv4 address is left in IPPool p$/,
  );
  lab.kill("default/other");
  lab.settle();
  assertEquals(lab.addresses("b"), [undefined]);
  lab.kill("default/a");
  lab.settle();
  assertEquals(lab.addresses("b"), ["10.66.0.8"]);
  lab.atRest();
});

Deno.test("pool: a pod that names one which does not exist waits for it by name, and is served when it appears", () => {
  const lab = withSubnet();
  lab.pod("default/a", { ip_pool: "later" });
  lab.settle();
  assertMatch(lab.warnings(Pod, "default/a")[0]!, /NoSubnet: IPPool later does not exist$/);
  lab.pool("later", { ips: ["10.66.0.8"] });
  lab.settle();
  assertEquals(lab.addresses("a"), ["10.66.0.8"]);
  lab.atRest();
});

Deno.test("pool: the pod that names it is placed in its Subnet, whatever its namespace is bound to; another Subnet named is refused", () => {
  const lab = withSubnet();
  lab.subnet("far", { cidrBlock: "10.67.0.0/28" });
  lab.pool("p", { subnet: "far", ips: ["10.67.0.8/30"] });
  lab.settle();
  lab.pod("default/a", { ip_pool: "p" });
  lab.pod("default/b", { ip_pool: "p", logical_switch: "sn" });
  lab.settle();
  assertEquals(lab.addresses("a", "b"), ["10.67.0.8", undefined]);
  assertMatch(lab.warnings(Pod, "default/b")[0]!, /IPPool p is of Subnet far, and the pod names Subnet sn$/);
  lab.atRest();
});

Deno.test("pool: of two that overlap the older one is in force, wherever they came from first; the younger says so and goes on when it can", () => {
  for (const names of [["a", "b"], ["b", "a"]]) {
    const lab = withSubnet();
    // Of one second: the name decides.
    for (const name of names) {
      lab.pool(name, { ips: [name === "a" ? "10.66.0.8..10.66.0.10" : "10.66.0.10..10.66.0.12"] });
    }
    lab.settle();
    assertEquals(lab.verdict(IPPool, "a"), "True UpdateIPAMSucceeded ");
    assertEquals(
      lab.verdict(IPPool, "b"),
      "False UpdateIPAMFailed spec.ips: 10.66.0.10 is also of IPPool a, which is older; take it out of one of the two",
    );
    assertEquals(lab.condition(IPPool, "b", "Error")?.status, "True");
    lab.pod("default/q", { ip_pool: "b" });
    for (let i = 0; i < 12; i++) lab.pod(`default/p${i}`);
    lab.settle();
    const taken = Object.keys(lab.claims("sn"));
    assertEquals(taken.filter((address) => /\.(8|9|10|11|12)$/.test(address)), []);
    assertMatch(
      lab.warnings(Pod, "default/q")[0]!,
      /NoAvailableAddress: IPPool b is not in force: spec\.ips: 10\.66\.0\.10/,
    );
    lab.atRest();
    lab.merge(IPPool, "a", { spec: { ips: ["10.66.0.8"] } });
    lab.settle();
    assertEquals([lab.verdict(IPPool, "b"), lab.addressOf("default/q")], [
      "True UpdateIPAMSucceeded ",
      "10.66.0.10",
    ]);
    lab.atRest();
  }
});

Deno.test("pool: when one gets into force, a younger one that was is told that it is not any more", () => {
  const lab = withSubnet();
  for (const [name, ips] of [["a", "2..5"], ["b", "5..8"], ["c", "8..11"]] as const) {
    const [first, last] = ips.split("..");
    lab.pool(name, { ips: [`10.66.0.${first}..10.66.0.${last}`] });
    lab.settle();
  }
  const inForce = () => ["a", "b", "c"].filter((name) => lab.condition(IPPool, name)?.status === "True");
  assertEquals(inForce(), ["a", "c"]);
  lab.delete(IPPool, "a");
  lab.settle();
  assertEquals(inForce(), ["b"]);
  lab.atRest();
});

for (
  const [what, spec, wanted] of [
    ["an entry that is none", { ips: ["10.66.0.8", "10.66.0.x"] }, /^spec\.ips\[1\]: .*; write an address/],
    ["a reversed range", { ips: ["10.66.0.9..10.66.0.8"] }, /^spec\.ips\[0\]: .* runs backwards; write /],
    ["a family that its Subnet has not", { ips: ["fd00::1"] }, /^spec\.ips\[0\]: it is IPv6, .*; remove it/],
    ["nothing", { ips: [] }, /^spec\.ips: it is empty; list/],
    [
      "a Subnet that is none",
      { subnet: "a/b" },
      /^spec\.subnet: "a\/b" is not the name of a Subnet; name one$/,
    ],
    [
      "a Subnet that is not there",
      { subnet: "ghost" },
      /^spec\.subnet: Subnet ghost does not exist; create it/,
    ],
  ] as const
) {
  Deno.test(`pool: with ${what} it names field and remedy, and is in force once that is mended`, () => {
    const lab = withSubnet();
    lab.pool("p", spec as Partial<IPPool["spec"]>);
    lab.pod("default/a", { ip_pool: "p" });
    lab.pod("default/b");
    lab.settle();
    const { reason, message } = lab.condition(IPPool, "p")!;
    assertEquals(reason, "UpdateIPAMFailed");
    assertMatch(message, wanted);
    assertEquals(lab.warnings(IPPool, "p").length, 1);
    assertEquals(lab.addresses("a", "b"), [undefined, "10.66.0.2"]);
    lab.atRest();
    lab.merge(IPPool, "p", { spec: { subnet: "sn", ips: ["10.66.0.8"] } });
    lab.settle();
    assertEquals([lab.verdict(IPPool, "p"), ...lab.addresses("a")], [
      "True UpdateIPAMSucceeded ",
      "10.66.0.8",
    ]);
    lab.atRest();
  });
}

Deno.test("pool: entries outside of its Subnet contribute nothing, and one with nothing else says so", () => {
  const lab = withSubnet();
  lab.pool("p", { ips: ["10.66.0.8", "10.99.0.0/16"] });
  lab.pool("q", { ips: ["10.99.0.0/16"] });
  lab.settle();
  assertEquals([status(lab, "p").v4AvailableIPs, status(lab, "q").v4AvailableIPs], [1, 0]);
  assertEquals(
    lab.verdict(IPPool, "q"),
    "True UpdateIPAMSucceeded no entry of spec.ips is an address of Subnet sn",
  );
  lab.atRest();
});

Deno.test("pool: deletion waits for nobody, also with the finalizer that Kube-OVN puts on; who has an address keeps it", () => {
  const lab = withSubnet();
  lab.pool("p", { ips: ["10.66.0.8"] });
  lab.merge(IPPool, "p", { metadata: { finalizers: [FINALIZER] } });
  lab.pod("default/a", { ip_pool: "p" });
  lab.settle();
  lab.delete(IPPool, "p");
  lab.settle();
  assertEquals([lab.get(IPPool, "p"), ...lab.addresses("a")], [undefined, "10.66.0.8"]);
  lab.atRest();
});

Deno.test("pool: its Subnet goes without it, and is found again under the same name", () => {
  const lab = withSubnet({ namespaces: [] });
  lab.pool("p", { ips: ["10.66.0.8"] });
  lab.settle();
  lab.pod("default/a", { ip_pool: "p" });
  lab.settle();
  lab.delete(Subnet, "sn");
  lab.settle();
  assertMatch(lab.verdict(IPPool, "p")!, /^False UpdateIPAMFailed spec\.subnet: Subnet sn is being deleted$/);
  lab.kill("default/a");
  lab.settle();
  assertMatch(lab.verdict(IPPool, "p")!, /^False UpdateIPAMFailed spec\.subnet: Subnet sn does not exist/);
  assertEquals([lab.get(Subnet, "sn"), status(lab, "p").v4AvailableIPs], [undefined, 0]);
  lab.subnet("sn", { cidrBlock: "10.66.0.0/28" });
  lab.settle();
  assertEquals([lab.verdict(IPPool, "p"), status(lab, "p").v4AvailableIPs], ["True UpdateIPAMSucceeded ", 1]);
  lab.atRest();
});
