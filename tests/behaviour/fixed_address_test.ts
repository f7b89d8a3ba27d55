/** What may not change for those who keep their addresses, what may, and what is said. @see F2 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Subnet } from "../../crds/subnet.ts";
import { addressesOf } from "../../crds/record.ts";
import { type Workloads, workloads } from "./workloads.ts";

const POOL = { ip_pool: "10.66.0.10,10.66.0.11" };

/** A set of two with a list of two. */
function web(asking: Readonly<Record<string, string>> = POOL, replicas = 2): Workloads {
  const lab = workloads();
  lab.set("web", { replicas }, asking);
  return lab.settle();
}

/** One address, one owner: in claims, in records, in what pods show; and no interface has two of a family. */
function unambiguous(lab: Workloads): void {
  const records = lab.list(IP).flatMap((record) =>
    addressesOf(record).map((address) => `${record.spec.subnet} ${address}`)
  );
  assertEquals(records.length, new Set(records).size);
  const shown = Object.values(lab.served()).filter((address) => address !== undefined);
  assertEquals(shown.length, new Set(shown).size);
  const claims = lab.list(AddressClaim).map(({ spec }) =>
    `${spec.holder.name} ${spec.address.includes(":")}`
  );
  assertEquals(claims.length, new Set(claims).size);
  lab.atRest();
}

Deno.test("F2-1: with another list in its template a pod keeps its address, and says so with both", () => {
  const lab = web(), before = lab.lifeOf("web-0");
  lab.ask("web", { ip_pool: "10.66.0.20,10.66.0.21" });
  lab.settle();
  assertEquals(lab.warnings(Pod, "app/web-0"), []);
  lab.renew("web-0");
  lab.settle();
  assertEquals(lab.lifeOf("web-0"), before);
  const [warning, ...more] = lab.warnings(Pod, "app/web-0");
  assertMatch(
    warning!,
    /^FixedIPChangeDenied 10\.66\.0\.20 is asked for, but the pod keeps 10\.66\.0\.10 .*StatefulSet/,
  );
  assertEquals(more, []);
  unambiguous(lab);
});

Deno.test("F2-1: a second set gets what the first was refused, and is told who has what it keeps", () => {
  const lab = web();
  lab.ask("web", { ip_pool: "10.66.0.20,10.66.0.21" });
  lab.renew("web-0");
  lab.settle();
  lab.set("late", { replicas: 1 }, { ip_pool: "10.66.0.10" });
  lab.set("free", { replicas: 1 }, { ip_pool: "10.66.0.20" });
  lab.settle();
  assertEquals([lab.addressOf("app/late-0"), lab.addressOf("app/free-0")], [undefined, "10.66.0.20"]);
  assertMatch(lab.warnings(Pod, "app/late-0").join(), /AddressConflict.*10\.66\.0\.10.*web-0\.app/);
  unambiguous(lab);
});

Deno.test("F2-2: a list may grow at its end, and the pods of the longer set get what was added", () => {
  const lab = web(), before = [lab.lifeOf("web-0"), lab.lifeOf("web-1")];
  lab.ask("web", { ip_pool: "10.66.0.10,10.66.0.11,10.66.0.12" });
  lab.edit("web", { replicas: 4 });
  lab.renew("web-0");
  lab.settle();
  assertEquals([lab.lifeOf("web-0"), lab.lifeOf("web-1")], before);
  assertEquals([lab.addressOf("app/web-2"), lab.addressOf("app/web-3")], ["10.66.0.12", undefined]);
  assertEquals(lab.warnings(Pod, "app/web-0"), []);
  assertMatch(lab.warnings(Pod, "app/web-3").join(), /NoAvailableAddress: ip_pool lists 3/);
  unambiguous(lab);
});

Deno.test("F2-3: where the new address is somebody else's the old one is untouched, and after the way back nothing is said", () => {
  const lab = web();
  lab.pod("default/other", { logical_switch: "sn1", ip_address: "10.66.0.20" });
  lab.ask("web", { ip_pool: "10.66.0.20,10.66.0.11" });
  lab.renew("web-0");
  lab.settle();
  assertEquals([lab.addressOf("app/web-0"), lab.addressOf("default/other")], ["10.66.0.10", "10.66.0.20"]);
  const said = lab.warnings(Pod, "app/web-0").length;
  lab.ask("web", POOL);
  lab.renew("web-0");
  lab.settle();
  assertEquals([lab.addressOf("app/web-0"), lab.warnings(Pod, "app/web-0").length], ["10.66.0.10", said]);
  unambiguous(lab);
});

Deno.test("F2-5: the recommended way: the set is deleted, its addresses are free at once, and it comes back with others", () => {
  const lab = web();
  lab.delete(StatefulSet, "app/web");
  lab.settle();
  assertEquals(lab.claims("sn1"), {});
  lab.set("web", { replicas: 2 }, { ip_pool: "10.66.0.20,10.66.0.21" });
  lab.set("late", { replicas: 1 }, { ip_pool: "10.66.0.10" });
  lab.settle();
  assertEquals(lab.served(), { "late-0": "10.66.0.10", "web-0": "10.66.0.20", "web-1": "10.66.0.21" });
  assertEquals(lab.warnings(Pod, "app/web-0"), []);
  unambiguous(lab);
});

Deno.test("F2-6: the same holds for a MAC alone, and for a fixed address in the template", () => {
  const lab = web({ ip_address: "10.66.0.10", mac_address: "0A:00:5E:00:53:01" }, 1),
    before = lab.lifeOf("web-0");
  assertEquals(before[3], "0a:00:5e:00:53:01");
  lab.renew("web-0");
  lab.settle();
  assertEquals([lab.lifeOf("web-0"), lab.warnings(Pod, "app/web-0")], [before, []]);
  lab.ask("web", { mac_address: "0a:00:5e:00:53:02" });
  lab.renew("web-0");
  lab.settle();
  assertEquals(lab.lifeOf("web-0"), before);
  assertMatch(
    lab.warnings(Pod, "app/web-0").join(),
    /^FixedIPChangeDenied 0a:00:5e:00:53:02 .*0a:00:5e:00:53:01/,
  );
  lab.ask("web", { mac_address: null, ip_address: "10.66.0.11" });
  lab.renew("web-0");
  lab.settle();
  assertEquals(lab.lifeOf("web-0"), before);
  assertMatch(lab.warnings(Pod, "app/web-0").at(-1)!, /^FixedIPChangeDenied 10\.66\.0\.11 .*10\.66\.0\.10/);
  unambiguous(lab);
});

Deno.test("F2: a template that cannot be read any more costs nobody an address", () => {
  const lab = web(), before = lab.lifeOf("web-0");
  lab.ask("web", { ip_pool: "nonsense!" });
  lab.renew("web-0");
  lab.settle();
  assertEquals(lab.lifeOf("web-0"), before);
  assertMatch(lab.warnings(Pod, "app/web-0").join(), /^FixedIPChangeDenied .*ip_pool/);
  lab.atRest();
});

Deno.test("F2-7: with another Subnet in its template the next pod moves there, and the old Subnet has its address back", () => {
  const lab = web({ logical_switch: "sn1" }), before = lab.get(IP, "web-0.app")!.metadata.uid;
  lab.ask("web", { logical_switch: "sn2" });
  lab.settle();
  assertEquals(lab.addressOf("app/web-0")?.startsWith("10.66."), true);
  lab.renew("web-0");
  lab.settle();
  assertEquals(lab.addressOf("app/web-0"), "10.67.0.2");
  assertNotEquals(lab.get(IP, "web-0.app")!.metadata.uid, before);
  assertEquals([Object.values(lab.claims("sn1")), Object.values(lab.claims("sn2"))], [["web-1.app"], [
    "web-0.app",
  ]]);
  assertEquals([lab.get(Subnet, "sn1")!.status!.v4usingIPs, lab.warnings(Pod, "app/web-0")], [1, []]);
  const there = lab.lifeOf("web-0");
  lab.renew("web-0");
  lab.settle();
  assertEquals(lab.lifeOf("web-0"), there);
  unambiguous(lab);
});

Deno.test("F2-7: until the other Subnet has an address for it, the old one stays the pod's", () => {
  const lab = web({ logical_switch: "sn1" }, 1), [uid] = lab.lifeOf("web-0");
  lab.ask("web", { logical_switch: "later" });
  lab.renew("web-0");
  lab.settle();
  assertEquals([lab.addressOf("app/web-0"), lab.get(IP, "web-0.app")!.metadata.uid], [undefined, uid]);
  assertMatch(lab.warnings(Pod, "app/web-0").join(), /NoSubnet: Subnet later does not exist/);
  lab.subnet("later", { cidrBlock: "10.68.0.0/30" });
  lab.pod("default/first", { logical_switch: "later" });
  lab.settle();
  lab.kill("default/first");
  lab.settle();
  assertEquals(lab.addressOf("app/web-0"), "10.68.0.2");
  unambiguous(lab);
});

Deno.test("F2-7: and after the way back it has its old address", () => {
  const lab = web({ logical_switch: "sn1" }, 1), before = lab.lifeOf("web-0");
  lab.ask("web", { logical_switch: "nowhere" });
  lab.renew("web-0");
  lab.settle();
  lab.ask("web", { logical_switch: "sn1" });
  lab.renew("web-0");
  lab.settle();
  assertEquals(lab.lifeOf("web-0"), before);
  unambiguous(lab);
});

Deno.test("F2-8: a bare pod of that name with another fixed address has nothing to keep", () => {
  const lab = workloads();
  for (const address of ["10.66.0.10", "10.66.0.11"]) {
    lab.pod("app/bare", { ip_address: address });
    lab.settle();
    assertEquals(lab.addressOf("app/bare"), address);
    lab.kill("app/bare");
  }
  lab.settle();
  assertEquals([lab.kept(), lab.claims("sn1")], [[], {}]);
  lab.atRest();
});

Deno.test("F2-9: a reservation for a member beats what its template says, before the first pod and after", () => {
  const lab = workloads();
  lab.create(IP, {
    metadata: { name: "web-0.app" },
    spec: {
      podName: "web-0",
      namespace: "app",
      subnet: "sn1",
      v4IpAddress: "10.66.0.30",
      ipAddress: "10.66.0.30",
    },
  });
  lab.settle();
  lab.set("web", { replicas: 1 }, { ip_pool: "10.66.0.31" });
  for (let life = 0; life < 2; life++) {
    lab.settle();
    assertEquals(lab.addressOf("app/web-0"), "10.66.0.30");
    assertMatch(
      lab.warnings(Pod, "app/web-0").at(-1)!,
      /^FixedIPChangeDenied AddressConflict: 10\.66\.0\.31 .*web-0\.app reserves 10\.66\.0\.30/,
    );
    lab.renew("web-0");
  }
  lab.delete(StatefulSet, "app/web");
  lab.settle();
  assertEquals(lab.kept(), ["web-0.app"]);
  unambiguous(lab);
});

Deno.test("F2-10: a process that starts between the change and the new pod decides the same", () => {
  const lab = web(), before = lab.lifeOf("web-0");
  lab.ask("web", { ip_pool: "10.66.0.20,10.66.0.21" });
  lab.start();
  lab.engine.lead(false);
  lab.renew("web-0");
  lab.settle();
  lab.start();
  assertEquals(lab.lifeOf("web-0"), before);
  const warnings = lab.warnings(Pod, "app/web-0");
  assertEquals(warnings.map((warning) => warning.split(" ", 2)), [["FixedIPChangeDenied", "10.66.0.20"]]);
  unambiguous(lab);
});

Deno.test("F2: with a pool in its template a pod keeps what it has of another pool, and moves to one of another Subnet", () => {
  const lab = workloads();
  const pool = (name: string, subnet: string, ...ips: readonly string[]) =>
    lab.create(IPPool, { metadata: { name }, spec: { subnet, ips } });
  pool("one", "sn1", "10.66.0.40..10.66.0.49");
  pool("two", "sn1", "10.66.0.50..10.66.0.59");
  pool("far", "sn2", "10.67.0.40..10.67.0.49");
  lab.settle();
  lab.set("web", { replicas: 1 }, { ip_pool: "one" });
  lab.settle();
  const before = lab.lifeOf("web-0");
  lab.renew("web-0");
  lab.settle();
  assertEquals([lab.lifeOf("web-0"), lab.warnings(Pod, "app/web-0")], [before, []]);
  lab.ask("web", { ip_pool: "two" });
  lab.renew("web-0");
  lab.settle();
  assertEquals([lab.lifeOf("web-0"), lab.addressOf("app/web-0")], [before, "10.66.0.40"]);
  assertMatch(
    lab.warnings(Pod, "app/web-0").join(),
    /^FixedIPChangeDenied IPPool two is asked for.*10\.66\.0\.40/,
  );
  lab.ask("web", { ip_pool: "far" });
  lab.renew("web-0");
  lab.settle();
  assertEquals([lab.addressOf("app/web-0"), lab.claims("sn1")], ["10.67.0.40", {}]);
  unambiguous(lab);
});

Deno.test("F2: with a Vip in its template a pod keeps what it has, and one that wears a Vip keeps that", () => {
  const lab = workloads();
  lab.vip("v", { subnet: "sn1" });
  lab.settle();
  lab.set("web", { replicas: 1 });
  lab.set("worn", { replicas: 1 }, { vip: "v" });
  lab.settle();
  const before = [lab.lifeOf("web-0"), lab.lifeOf("worn-0")];
  lab.ask("web", { vip: "v" });
  lab.ask("worn", { vip: null });
  lab.renew("web-0", "worn-0");
  lab.settle();
  assertEquals([lab.lifeOf("web-0"), lab.lifeOf("worn-0")], before);
  assertMatch(lab.warnings(Pod, "app/web-0").join(), /^FixedIPChangeDenied Vip v is asked for/);
  unambiguous(lab);
});
