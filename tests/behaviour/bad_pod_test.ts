/** What may be wrong in a pod's annotations: it says which and why, and everybody else is served. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { type Cluster, cluster } from "./cluster.ts";

function served(cidrBlock = "10.66.0.0/24,fd00:66::/112"): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock, namespaces: ["default"] });
  return lab.settle();
}

/** Pod `default/bad` gets nothing, says one thing, and holds up nobody. */
function refused(asking: Readonly<Record<string, string>>): string {
  const lab = served();
  lab.pod("default/bad", asking);
  lab.pod("default/healthy");
  lab.settle();
  assertEquals(lab.addresses("bad", "healthy"), [undefined, "10.66.0.2,fd00:66::2"]);
  assertEquals(lab.records(), ["healthy.default"]);
  assertEquals(lab.warnings(Pod, "default/bad").length, 1);
  lab.atRest();
  return lab.warnings(Pod, "default/bad")[0]!;
}

const INVALID = "ValidatePodNetworkFailed ", FAILED = "AcquireAddressFailed ";
const wrong: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
  [
    { ip_address: "ten" },
    /AddressOutOfRange: annotation ovn\.kubernetes\.io\/ip_address: "ten" is not an IP address/,
  ],
  [{ ip_address: "10.66.0.9," }, /annotation ovn\.kubernetes\.io\/ip_address: "" is not an IP address/],
  [
    { ip_address: "10.66.0.9,10.66.0.10" },
    /InvalidIPFamily: annotation .*ip_address: .* more than one address of a family/,
  ],
  [{ ip_address: "010.066.000.009" }, /ip_address: "010\.066\.000\.009" is not an IP address/],
  [{ ip_address: "::ffff:10.66.0.9" }, /ip_address: .* IPv4-mapped IPv6 address, write 10\.66\.0\.9/],
  [{ ip_address: "fd00:66::9%eth0" }, /ip_address: .* zone/],
  [{ ip_address: "10.66.0.9/33" }, /ip_address: .* impossible prefix length/],
  [{ ip_address: "10.66.0.9/24\u0000" }, /ip_address: "10\.66\.0\.9\/24\\u\{0\}"/],
  [{ ip_pool: "10.66.0.9;ten" }, /ip_pool: "ten" is not an IP address/],
  [
    { ip_pool: "10.66.0.9,fd00:66::9,10.66.0.10" },
    /InvalidIPFamily: annotation .*ip_pool: .* mixes IPv4 and IPv6; write pairs/,
  ],
  [{ ip_family: "ipv5" }, /InvalidIPFamily: annotation .*ip_family: "ipv5" is neither "ipv4" nor "ipv6"/],
  [
    { logical_switch: "sn,ovn-default" },
    /NoSubnet: annotation .*logical_switch: "sn,ovn-default" is not the name of a Subnet/,
  ],
  [{ mac_address: "0a:00:5e" }, /mac_address: "0a:00:5e" is not a unicast MAC address such as/],
];
for (const [asking, says] of wrong) {
  Deno.test(`bad pod: ${JSON.stringify(asking)} is named with its key, and mended by an edit`, () => {
    const said = refused(asking);
    assert(said.startsWith(INVALID));
    assertMatch(said, says);
    const lab = served();
    lab.pod("default/bad", asking);
    lab.settle();
    const nothing = Object.fromEntries(Object.keys(asking).map((key) => [`ovn.kubernetes.io/${key}`, null]));
    lab.merge(Pod, "default/bad", { metadata: { annotations: nothing } });
    lab.settle();
    assertEquals(lab.addressOf("default/bad"), "10.66.0.2,fd00:66::2");
    lab.atRest();
  });
}

const HUGE = 100_000;
for (const key of ["ip_address", "ip_pool", "ip_family", "mac_address", "logical_switch"]) {
  for (const unit of ["a", "10.66.0.9,", "\u202e", "1::"]) {
    Deno.test(`bad pod: 100 kB of ${JSON.stringify(unit)} in ${key} are answered in one short line`, () => {
      const said = refused({ [key]: unit.repeat(HUGE / unit.length) });
      assert(said.startsWith(INVALID) || said.startsWith(FAILED));
      assert(said.length < 500, `${said.length} characters`);
      // deno-lint-ignore no-control-regex -- that is what must not get into an Event
      assert(!/[\u0000-\u001f\u202a-\u202e]/.test(said));
    });
  }
}

Deno.test("bad pod: annotations of others may be as large as Kubernetes allows, and stay", () => {
  const lab = served(),
    mine = { "example.com/blob": "x".repeat(HUGE), constructor: "x" };
  lab.create(Pod, {
    metadata: { name: "p", namespace: "default", annotations: mine },
    spec: { containers: [{ name: "c", image: "i" }], nodeName: "n1" },
  });
  lab.settle();
  assertEquals(lab.addressOf("default/p"), "10.66.0.2,fd00:66::2");
  const shown = lab.get(Pod, "default/p")!.metadata.annotations!;
  assertEquals({ ...shown, ...mine }, shown);
  lab.atRest();
});

Deno.test("bad pod: annotations so large that the answer does not fit are said to be so, and no address is lost", () => {
  const lab = served();
  lab.create(Pod, {
    metadata: { name: "p", namespace: "default", annotations: { "example.com/blob": "x".repeat(262_100) } },
    spec: { containers: [{ name: "c", image: "i" }], nodeName: "n1" },
  });
  lab.pod("default/healthy");
  lab.settle();
  assertEquals(lab.told(Pod, "default/healthy").allocated, "true");
  assertMatch(lab.warnings(Pod, "default/p")[0]!, /FailedWrite .*annotations.*262144/);
  lab.merge(Pod, "default/p", { metadata: { annotations: { "example.com/blob": null } } });
  lab.settle();
  assertEquals(lab.told(Pod, "default/p").allocated, "true");
  assertEquals(lab.list(Pod).length, 2);
  assertEquals(lab.records(), ["healthy.default", "p.default"]);
  lab.kill("default/p");
  lab.settle();
  assertEquals(lab.records(), ["healthy.default"]);
  lab.atRest();
});

Deno.test("bad pod: a long list of addresses that are all taken ends in one Warning", () => {
  const lab = served("10.66.0.0/16");
  const list = Array.from({ length: 4000 }, (_, i) => `10.66.${100 + (i >> 8)}.${i & 255}`);
  lab.pod("default/first", { ip_pool: list.join(",") });
  lab.settle();
  lab.pod("default/second", { ip_pool: list.join(",") });
  lab.settle();
  assertEquals(lab.addresses("first", "second"), [list[0], list[1]]);
  lab.pod("default/none", { ip_pool: `${list[0]},${list[1]}` });
  lab.settle();
  assertMatch(
    lab.warnings(Pod, "default/none")[0]!,
    /AddressConflict: Subnet sn: 10\.66\.100\.1 is held by IP second\.default/,
  );
  lab.atRest();
});
