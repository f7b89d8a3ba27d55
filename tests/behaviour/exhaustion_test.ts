/** What happens when addresses run out, and when they come back. @see L9 */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Five free addresses. */
function five(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  return lab.settle();
}

const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `default/${prefix}${i}`);

Deno.test("exhaustion: a burst of pods into just as many free addresses serves all of them without a Warning", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  const pods = names("p", 253);
  for (const key of pods) lab.pod(key);
  lab.settle();
  assertEquals(new Set(pods.map((key) => lab.addressOf(key))).size, 253);
  assertEquals(pods.flatMap((key) => lab.warnings(Pod, key)), []);
  assertEquals(lab.get(Subnet, "sn")?.status?.v4availableIPs, 0);
  lab.atRest();
});

Deno.test("exhaustion: who finds no address says NoAvailableAddress, once", () => {
  const lab = five();
  for (const key of names("p", 6)) lab.pod(key);
  lab.settle();
  const hungry = names("p", 6).filter((key) => lab.addressOf(key) === undefined);
  assertEquals(hungry.length, 1);
  assertEquals(lab.warnings(Pod, hungry[0]!), [
    "AcquireAddressFailed NoAvailableAddress: Subnet sn: no IPv4 address is left",
  ]);
  lab.engine.resync();
  lab.settle();
  assertEquals(lab.warnings(Pod, hungry[0]!).length, 1);
  lab.atRest();
});

Deno.test("exhaustion: addresses that come back go to those who waited, the longest waiting first", () => {
  const lab = five();
  for (const key of names("p", 5)) lab.pod(key);
  lab.settle();
  const waiting = names("w", 4);
  for (const key of waiting) {
    lab.pod(key);
    lab.settle();
  }
  const served = () => waiting.map((key) => lab.addressOf(key) !== undefined);
  for (let i = 0; i < 4; i++) {
    lab.kill(`default/p${i}`);
    lab.settle();
    assertEquals(served(), waiting.map((_, nth) => nth <= i));
  }
  lab.atRest();
});

Deno.test("exhaustion: who waits is served as soon as the Subnet grows or excludes less", () => {
  const lab = five();
  lab.merge(Subnet, "sn", { spec: { excludeIps: ["10.66.0.1", "10.66.0.2..10.66.0.6"] } });
  lab.pod("default/a");
  lab.pod("default/b");
  lab.settle();
  assertEquals(lab.addresses("a", "b"), [undefined, undefined]);
  lab.merge(Subnet, "sn", { spec: { excludeIps: ["10.66.0.1", "10.66.0.3..10.66.0.6"] } });
  lab.settle();
  assertEquals(lab.addresses("a", "b"), ["10.66.0.2", undefined]);
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.66.0.0/28" } });
  lab.settle();
  assertEquals(lab.addressOf("default/b"), "10.66.0.7");
  lab.atRest();
});

Deno.test("exhaustion: a pod that waits for a fixed address does not hold up those behind it", () => {
  const lab = five();
  lab.pod("default/holder", { ip_address: "10.66.0.4" });
  lab.settle();
  lab.pod("default/wants-it-too", { ip_address: "10.66.0.4" });
  lab.settle();
  lab.pod("default/any");
  lab.settle();
  assertEquals(lab.addressOf("default/any"), "10.66.0.2");
  assertEquals(lab.addressOf("default/wants-it-too"), undefined);
  lab.atRest();
});

Deno.test("exhaustion: a pod that goes while it waits leaves nothing behind, and its turn to the next", () => {
  const lab = five();
  for (const key of names("p", 5)) lab.pod(key);
  lab.settle();
  for (const key of ["default/w0", "default/w1"]) {
    lab.pod(key);
    lab.settle();
  }
  lab.kill("default/w0");
  lab.kill("default/p2");
  lab.settle();
  assertMatch(lab.addressOf("default/w1") ?? "", /^10\.66\.0\./);
  assertEquals(lab.records().filter((name) => name.startsWith("w")), ["w1.default"]);
  lab.atRest();
});

Deno.test("exhaustion: why an address of a Vip cannot be had is said, whether or not there is one left of the other family", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/30,fd00:66::/125" });
  lab.settle();
  lab.vip("first");
  lab.settle();
  lab.vip("outside", { v6ip: "fd00:99::5" });
  lab.settle();
  assertEquals(lab.condition(Vip, "outside")?.reason, "AddressOutOfRange");
  lab.delete(Vip, "first");
  lab.settle();
  assertEquals(lab.condition(Vip, "outside")?.reason, "AddressOutOfRange");
  lab.atRest();
});
