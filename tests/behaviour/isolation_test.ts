/** With `--isolate-namespaces` nobody gets addresses of what its namespace is not bound to. @see S16 */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Subnet `red` with pool `gold` of namespace `red`; `blue` has its own Subnet, and `free` has nothing but the default. */
function isolated({ isolateNamespaces = true } = {}): Cluster {
  const lab = cluster({ isolateNamespaces });
  for (const name of ["red", "blue", "free"]) lab.namespace(name);
  lab.subnet("red", { cidrBlock: "10.66.0.0/24", namespaces: ["red"] });
  lab.subnet("blue", { cidrBlock: "10.67.0.0/24", namespaces: ["blue"] });
  lab.settle();
  lab.pool("gold", { subnet: "red", ips: ["10.66.0.100..10.66.0.110"], namespaces: ["red"] });
  return lab.settle();
}

const foreign = {
  "another namespace's Subnet": { logical_switch: "red" },
  "an address of another namespace's Subnet": { logical_switch: "red", ip_address: "10.66.0.9" },
  "another namespace's pool": { ip_pool: "gold" },
  "an address of another namespace's pool": { logical_switch: "red", ip_address: "10.66.0.105" },
  "a list of such addresses": { logical_switch: "red", ip_pool: "10.66.0.8,10.66.0.9" },
  "the nodes' Subnet": { logical_switch: "join" },
  "the default Subnet, having its own": { logical_switch: "ovn-default" },
};

for (const [what, asking] of Object.entries(foreign)) {
  Deno.test(`isolation: a pod that asks for ${what} gets nothing and is told so; without the option it is served`, () => {
    const lab = isolated(), open = isolated({ isolateNamespaces: false });
    for (const each of [lab, open]) {
      each.pod("blue/p", asking);
      each.settle();
    }
    assertEquals([lab.addressOf("blue/p"), lab.warnings(Pod, "blue/p").length], [undefined, 1]);
    assertMatch(
      lab.warnings(Pod, "blue/p")[0]!,
      /^NotPermitted NotPermitted: .*namespace blue is not bound to/,
    );
    assertEquals(typeof open.addressOf("blue/p"), "string");
    lab.atRest();
  });
}

Deno.test("isolation: what its namespace is bound to a pod gets, by itself and by name", () => {
  const lab = isolated();
  lab.pod("red/own", { logical_switch: "red" });
  lab.pod("red/static", { ip_address: "10.66.0.9" });
  lab.pod("red/pool", { ip_pool: "gold" });
  lab.pod("red/member", { ip_address: "10.66.0.105" });
  lab.pod("blue/p");
  lab.pod("free/p");
  lab.pod("free/named", { logical_switch: "ovn-default" });
  lab.settle();
  assertEquals(
    ["red/own", "red/static", "red/pool", "red/member", "blue/p", "free/p", "free/named"].map((p) =>
      lab.addressOf(p)
    ),
    ["10.66.0.100", "10.66.0.9", "10.66.0.101", "10.66.0.105", "10.67.0.2", "10.16.0.2", "10.16.0.3"],
  );
  lab.atRest();
});

Deno.test("isolation: a pool in a Subnet of others is enough for its own addresses, and for no others of that Subnet", () => {
  const lab = isolated();
  lab.pool("lent", { subnet: "red", ips: ["10.66.0.200"], namespaces: ["free"] });
  lab.settle();
  lab.pod("free/a", { ip_pool: "lent" });
  lab.pod("free/b", { logical_switch: "red", ip_address: "10.66.0.9" });
  lab.settle();
  assertEquals([lab.addressOf("free/a"), lab.addressOf("free/b")], ["10.66.0.200", undefined]);
  assertMatch(lab.warnings(Pod, "free/b")[0]!, /namespace free is not bound to Subnet red/);
  lab.atRest();
});

Deno.test("isolation: a pool that lost an address to another one gives no right to it", () => {
  const lab = isolated();
  lab.setForward({ hours: 1 });
  lab.pool("young", { subnet: "red", ips: ["10.66.0.100"], namespaces: ["blue"] });
  lab.settle();
  lab.pod("blue/named", { ip_pool: "gold" });
  lab.pod("blue/static", { logical_switch: "red", ip_address: "10.66.0.100" });
  lab.settle();
  assertEquals([lab.addressOf("blue/named"), lab.addressOf("blue/static")], [undefined, undefined]);
  for (const pod of ["blue/named", "blue/static"]) {
    assertMatch(lab.warnings(Pod, pod)[0]!, /namespace blue is not bound to IPPool gold/);
  }
  lab.atRest();
});

Deno.test("isolation: a pod that was refused is served once its namespace is bound; one that was served stays when that ends", () => {
  const lab = isolated();
  lab.pod("blue/subnet", { logical_switch: "red", ip_address: "10.66.0.9" });
  lab.pod("blue/pool", { ip_pool: "gold" });
  lab.settle();
  lab.merge(Subnet, "red", { spec: { namespaces: ["red", "blue"] } });
  lab.merge(IPPool, "gold", { spec: { namespaces: ["red", "blue"] } });
  lab.settle();
  assertEquals([lab.addressOf("blue/subnet"), lab.addressOf("blue/pool")], ["10.66.0.9", "10.66.0.100"]);
  lab.merge(Subnet, "red", { spec: { namespaces: ["red"] } });
  lab.merge(IPPool, "gold", { spec: { namespaces: ["red"] } });
  lab.settle();
  assertEquals([lab.addressOf("blue/subnet"), lab.addressOf("blue/pool")], ["10.66.0.9", "10.66.0.100"]);
  lab.atRest();
});

Deno.test("isolation: nobody wears the Vip of another namespace", () => {
  const lab = isolated();
  lab.create(Vip, { metadata: { name: "theirs" }, spec: { subnet: "red", namespace: "red" } });
  lab.settle();
  lab.pod("blue/p", { vip: "theirs" });
  lab.settle();
  lab.pod("red/p", { vip: "theirs" });
  lab.settle();
  assertEquals([lab.addressOf("blue/p"), lab.addressOf("red/p")], [undefined, "10.66.0.2"]);
  assertMatch(
    lab.warnings(Pod, "blue/p")[0]!,
    /^NotPermitted NotPermitted: namespace blue is not bound to Vip theirs, /,
  );
  lab.atRest();
});
