/** Lists of addresses in a Deployment's template, bursts, and exclusions under way. */
import { assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

const LIST = "10.66.0.10,10.66.0.11,10.66.0.12";

function withSubnet(cidrBlock = "10.66.0.0/24"): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock, namespaces: ["default"] });
  return lab.settle();
}

Deno.test("list pool: every pod takes the first address of the list that nobody has", () => {
  const lab = withSubnet();
  lab.pod("default/other", { ip_address: "10.66.0.11" });
  lab.settle();
  for (const name of ["a", "b", "c"]) lab.pod(`default/${name}`, { ip_pool: LIST });
  lab.settle();
  assertEquals(lab.addresses("a", "b", "c"), ["10.66.0.10", "10.66.0.12", undefined]);
  lab.kill("default/other");
  lab.settle();
  assertEquals(lab.addresses("c"), ["10.66.0.11"]);
  lab.atRest();
});

Deno.test("list pool: a roll-out of as many pods as the list has addresses finishes, whether old pods go first or new ones come first (#841)", () => {
  for (const surge of [false, true]) {
    const lab = withSubnet(), names = ["a", "b", "c"];
    for (const name of names) lab.pod(`default/old-${name}`, { ip_pool: LIST });
    lab.settle();
    for (const name of names) {
      if (!surge) lab.kill(`default/old-${name}`);
      lab.pod(`default/new-${name}`, { ip_pool: LIST });
      lab.settle();
      if (surge) assertEquals(lab.addresses(`new-${name}`), [undefined]);
      if (surge) lab.kill(`default/old-${name}`);
      lab.settle();
    }
    assertEquals(lab.addresses("new-a", "new-b", "new-c"), LIST.split(","));
    assertEquals(Object.keys(lab.claims("sn")).length, 3);
    lab.atRest();
  }
});

Deno.test("list pool: pairs are taken whole or not at all", () => {
  const lab = withSubnet("10.66.0.0/24,fd00::/120");
  const pairs = "10.66.0.10,fd00::10;10.66.0.11,fd00::11";
  lab.pod("default/six", { ip_address: "fd00::10" });
  lab.settle();
  lab.pod("default/a", { ip_pool: pairs });
  lab.settle();
  assertEquals(lab.addresses("a"), ["10.66.0.11,fd00::11"]);
  lab.atRest();
});

for (const where of ["a Subnet", "a pool", "a list"]) {
  Deno.test(`burst: as many pods as ${where} has addresses all get one, without a Warning (#4775, #2003)`, () => {
    const lab = withSubnet(where === "a Subnet" ? "10.66.0.0/26" : "10.66.0.0/24");
    const wanted = Array.from({ length: 61 }, (_, i) => `10.66.0.${i + 2}`);
    if (where === "a pool") lab.pool("p", { ips: ["10.66.0.2..10.66.0.62"], namespaces: ["default"] });
    lab.settle();
    const asking: Record<string, string> = where === "a list" ? { ip_pool: wanted.join(",") } : {};
    for (let i = 0; i < wanted.length; i++) lab.pod(`default/p${i}`, asking);
    lab.settle();
    assertEquals(wanted.map((_, i) => lab.addressOf(`default/p${i}`)), wanted);
    assertEquals(lab.announced.filter(({ type }) => type === "Warning"), []);
    if (where === "a pool") assertEquals(lab.get(IPPool, "p")!.status!.v4AvailableIPs, 0);
    lab.atRest();
  });
}

Deno.test("exclusions: an address in use that is excluded, and no longer, stays its pod's in any order (#5522)", () => {
  const lab = withSubnet("10.66.0.0/29");
  lab.pool("p", { ips: ["10.66.0.2..10.66.0.3"] });
  lab.pod("default/a", { ip_pool: "p" });
  lab.settle();
  for (const excludeIps of [["10.66.0.2"], [], ["10.66.0.2..10.66.0.3"], ["10.66.0.3"], []]) {
    lab.merge(Subnet, "sn", { spec: { excludeIps } });
    lab.settle();
    assertEquals([lab.addressOf("default/a"), lab.claims("sn")], ["10.66.0.2", { "10.66.0.2": "a.default" }]);
  }
  for (const name of ["b", "c"]) lab.pod(`default/${name}`, { ip_pool: "p" });
  lab.settle();
  assertEquals(lab.addresses("b", "c"), ["10.66.0.3", undefined]);
  assertEquals(lab.warnings(Pod, "default/c").length, 1);
  lab.atRest();
});

Deno.test("exclusions: an edit of a pool hands out nothing that is excluded (#7275)", () => {
  const lab = withSubnet("10.66.0.0/29");
  lab.merge(Subnet, "sn", { spec: { excludeIps: ["10.66.0.2..10.66.0.4"] } });
  lab.pool("p", { ips: ["10.66.0.2"] });
  lab.settle();
  lab.merge(IPPool, "p", { spec: { ips: ["10.66.0.2..10.66.0.5"] } });
  lab.settle();
  for (const name of ["a", "b"]) lab.pod(`default/${name}`, { ip_pool: "p" });
  lab.pod("default/c");
  lab.settle();
  assertEquals(lab.addresses("a", "b", "c"), ["10.66.0.5", undefined, "10.66.0.6"]);
  lab.atRest();
});
