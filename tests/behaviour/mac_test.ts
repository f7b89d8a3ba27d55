/** Hardware addresses. */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

const MAC = "0a:00:5e:00:53:01";

function served(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  return lab.settle();
}

const macOf = (lab: Cluster, name: string): string | undefined =>
  lab.told(Pod, `default/${name}`).mac_address;

Deno.test("mac: every pod has one of its own, locally administered and unicast, also in its record", () => {
  const lab = served();
  const names = Array.from({ length: 20 }, (_, i) => `p${i}`);
  for (const name of names) lab.pod(`default/${name}`);
  lab.settle();
  const macs = names.map((name) => macOf(lab, name)!);
  for (const mac of macs) assertMatch(mac, /^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/);
  assertEquals(new Set(macs).size, 20);
  assertEquals(lab.get(IP, "p7.default")?.spec.macAddress, macs[7]);
  assertEquals(Object.keys(lab.claims("sn")).length, 20); // no claim but for the address
  lab.atRest();
});

Deno.test("mac: one that was asked for is given, in canonical text, held by a claim, and not counted as an address", () => {
  const lab = served();
  lab.pod("default/p", { mac_address: "0A-00-5E-00-53-01" });
  lab.settle();
  assertEquals(macOf(lab, "p"), MAC);
  assertEquals(lab.claims("sn"), { "10.66.0.2": "p.default", [MAC]: "p.default" });
  assertEquals(lab.get(Subnet, "sn")?.status?.v4usingIPs, 1);
  lab.atRest();
});

Deno.test("mac: of two that ask for one MAC the second waits for the first to go", () => {
  const lab = served();
  for (const name of ["first", "second"]) {
    lab.pod(`default/${name}`, { mac_address: MAC });
    lab.settle();
  }
  assertEquals([macOf(lab, "first"), lab.addressOf("default/second")], [MAC, undefined]);
  assertMatch(
    lab.warnings(Pod, "default/second")[0]!,
    /AcquireAddressFailed AddressConflict: .*0a:00:5e:00:53:01/,
  );
  assertMatch(lab.warnings(Pod, "default/second")[0]!, /IP first\.default/);
  lab.kill("default/first");
  lab.settle();
  assertEquals([macOf(lab, "second"), lab.addressOf("default/second")], [MAC, "10.66.0.3"]);
  lab.atRest();
});

Deno.test("mac: the same one may be used in two Subnets", () => {
  const lab = served();
  lab.subnet("other", { cidrBlock: "10.67.0.0/24" });
  lab.settle();
  lab.pod("default/here", { mac_address: MAC });
  lab.pod("default/there", { mac_address: MAC, logical_switch: "other" });
  lab.settle();
  assertEquals([macOf(lab, "here"), macOf(lab, "there")], [MAC, MAC]);
  lab.atRest();
});

Deno.test("mac: a derived one that somebody already asked for is not given again", () => {
  const twin = served(), lab = served();
  const { uid } = twin.pod("default/p").metadata;
  const derived = macOf(twin.settle(), "p")!;
  // The same uid derives the same MAC: `p` is the next object of both clusters.
  lab.smuggle(IP, {
    metadata: { name: "holder.default", uid: "holder", labels: { "ovn.kubernetes.io/ip_reserved": "true" } },
    spec: {
      podName: "holder",
      namespace: "default",
      subnet: "sn",
      v4IpAddress: "10.66.0.9",
      macAddress: derived,
    },
  });
  assertEquals(lab.pod("default/p").metadata.uid, uid);
  lab.settle();
  assertMatch(macOf(lab, "p")!, /^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/);
  assertNotEquals(macOf(lab, "p"), derived);
  lab.atRest();
});

for (
  const wrong of [
    "0a:00:5e:00:53",
    "not a mac",
    "01:00:5e:00:53:01",
    "00:00:00:00:00:00",
    "0a:00:5e:00:53:0g",
  ]
) {
  Deno.test(`mac: ${wrong} is no unicast MAC; the pod says so, and others are served`, () => {
    const lab = served();
    lab.pod("default/p", { mac_address: wrong });
    lab.pod("default/healthy");
    lab.settle();
    assertMatch(
      lab.warnings(Pod, "default/p")[0]!,
      /ValidatePodNetworkFailed .*ovn.kubernetes.io\/mac_address/,
    );
    assertEquals(lab.addresses("p", "healthy"), [undefined, "10.66.0.2"]);
    lab.atRest();
  });
}
