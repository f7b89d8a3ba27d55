/** IP records that users create to reserve addresses. @see BEHAVIOUR §4.6, DESIGN §6 (reservation) */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

const FIXED = { v4IpAddress: "10.66.0.9", ipAddress: "10.66.0.9" };

function served(spec: Subnet["spec"] = {}): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"], ...spec });
  return lab.settle();
}

/** For pod `default/<pod>`. */
function reserve(lab: Cluster, pod: string, spec: IP["spec"] = {}, name = `${pod}.default`): Cluster {
  lab.create(IP, { metadata: { name }, spec: { podName: pod, namespace: "default", subnet: "sn", ...spec } });
  return lab.settle();
}

Deno.test("reservation: its address is claimed, counted, labelled, and given to nobody else", () => {
  const lab = reserve(served(), "web", FIXED);
  assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default" });
  assertEquals(lab.get(IP, "web.default")?.metadata.labels?.["ovn.kubernetes.io/ip_reserved"], "true");
  assertEquals(lab.get(Subnet, "sn")?.status?.v4usingIPrange, "10.66.0.9");
  lab.pod("default/thief", { ip_address: "10.66.0.9" });
  lab.settle();
  assertMatch(lab.warnings(Pod, "default/thief")[0]!, /AddressConflict: .* held by IP web\.default/);
  lab.atRest();
});

Deno.test("reservation: the pod of that name wears it, with a MAC, and it outlives the pod", () => {
  const lab = reserve(served(), "web", FIXED);
  for (const life of [1, 2]) {
    lab.pod("default/web");
    lab.settle();
    assertEquals(lab.addressOf("default/web"), "10.66.0.9", `life ${life}`);
    assertMatch(lab.told(Pod, "default/web").mac_address ?? "", /^[0-9a-f][26ae](:[0-9a-f]{2}){5}$/);
    assertEquals(lab.told(Pod, "default/web").mac_address, lab.get(IP, "web.default")?.spec.macAddress);
    lab.atRest();
    lab.kill("default/web");
    lab.settle();
    assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default" });
    lab.atRest();
  }
});

Deno.test("reservation: a MAC in it is the pod's, held by a claim as every MAC that was asked for", () => {
  const lab = reserve(served(), "web", { ...FIXED, macAddress: "0A:00:5E:00:53:01" });
  assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default", "0a:00:5e:00:53:01": "web.default" });
  lab.pod("default/web");
  lab.pod("default/thief", { mac_address: "0a:00:5e:00:53:01" });
  lab.settle();
  assertEquals(lab.told(Pod, "default/web").mac_address, "0A:00:5E:00:53:01");
  assertMatch(lab.warnings(Pod, "default/thief")[0]!, /AddressConflict: .*IP web\.default/);
  lab.atRest();
});

Deno.test("reservation: a MAC that a pod has waits for it, and the pod of the reservation with it", () => {
  const lab = served();
  lab.pod("default/holder", { mac_address: "0a:00:5e:00:53:01" });
  lab.settle();
  reserve(lab, "web", { ...FIXED, macAddress: "0a:00:5e:00:53:01" });
  lab.pod("default/web");
  lab.settle();
  assertMatch(
    lab.warnings(IP, "web.default")[0]!,
    /AddressConflict: spec\.macAddress: .* held by IP holder\.default/,
  );
  assertEquals(lab.addressOf("default/web"), undefined);
  lab.kill("default/holder");
  lab.settle();
  assertEquals(lab.addressOf("default/web"), "10.66.0.9");
  lab.atRest();
});

Deno.test("reservation: without an address it gets the next free one, of each family", () => {
  const lab = reserve(served({ cidrBlock: "10.66.0.0/24,fd00:66::/112" }), "web");
  assertEquals(lab.claims("sn"), { "10.66.0.2": "web.default", "fd00:66::2": "web.default" });
  const { v4IpAddress, v6IpAddress, ipAddress } = lab.get(IP, "web.default")!.spec;
  assertEquals([v4IpAddress, v6IpAddress, ipAddress], ["10.66.0.2", "fd00:66::2", "10.66.0.2,fd00:66::2"]);
  lab.pod("default/web");
  lab.settle();
  assertEquals(lab.addressOf("default/web"), "10.66.0.2,fd00:66::2");
  lab.atRest();
});

Deno.test("reservation: what its author left out is filled in, what he wrote stays", () => {
  const lab = reserve(served({ cidrBlock: "10.66.0.0/24,fd00:66::/112" }), "web", {
    ipAddress: "FD00:66::9,10.66.0.9",
  });
  const { v4IpAddress, v6IpAddress, ipAddress } = lab.get(IP, "web.default")!.spec;
  assertEquals([v4IpAddress, v6IpAddress, ipAddress], ["10.66.0.9", "fd00:66::9", "FD00:66::9,10.66.0.9"]);
  assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default", "fd00:66::9": "web.default" });
  lab.pod("default/web");
  lab.settle();
  assertEquals(lab.addressOf("default/web"), "10.66.0.9,fd00:66::9");
  lab.atRest();
});

Deno.test("reservation: however an address is spelt, it is told in canonical text, and is the same address to others", () => {
  const lab = reserve(served({ cidrBlock: "fd00:66::/112" }), "web", { v6IpAddress: "FD00:66:0:0:0:0:0:9" });
  lab.pod("default/web");
  lab.pod("default/thief", { ip_address: "fd00:66::0009" });
  lab.settle();
  assertEquals(lab.addressOf("default/web"), "fd00:66::9");
  assertEquals(lab.claims("sn"), { "fd00:66::9": "web.default" });
  assertMatch(lab.warnings(Pod, "default/thief")[0]!, /AddressConflict: .* held by IP web\.default/);
  lab.atRest();
});

Deno.test("reservation: beats what the pod asks for", () => {
  const lab = reserve(served(), "web", FIXED);
  lab.pod("default/web", { ip_address: "10.66.0.10" });
  lab.settle();
  assertEquals(lab.addressOf("default/web"), "10.66.0.9");
  lab.atRest();
});

Deno.test("reservation: deleted, its address is free; but not under a pod that wears it", () => {
  const lab = reserve(served(), "web", FIXED);
  lab.delete(IP, "web.default");
  lab.settle();
  assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
  reserve(lab, "web", FIXED);
  lab.pod("default/web");
  lab.settle();
  lab.delete(IP, "web.default");
  lab.settle();
  assertEquals([lab.addressOf("default/web"), lab.claims("sn")], ["10.66.0.9", {
    "10.66.0.9": "web.default",
  }]);
  lab.kill("default/web");
  lab.settle();
  assertEquals(lab.records(), []);
  lab.atRest();
});

Deno.test("reservation: an excluded address is as good as any", () => {
  const lab = reserve(served({ excludeIps: ["10.66.0.9"] }), "web", FIXED);
  assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default" });
  lab.atRest();
});

Deno.test("reservation: of an address that a pod has waits for it, and says for whom; the pod keeps it", () => {
  const lab = served();
  lab.pod("default/holder", { ip_address: "10.66.0.9" });
  lab.settle();
  reserve(lab, "web", FIXED);
  assertMatch(
    lab.warnings(IP, "web.default")[0]!,
    /AddressConflict: 10\.66\.0\.9 is held by IP holder\.default/,
  );
  lab.pod("default/web");
  lab.settle();
  assertEquals([lab.addressOf("default/holder"), lab.addressOf("default/web")], ["10.66.0.9", undefined]);
  assertMatch(
    lab.warnings(Pod, "default/web")[0]!,
    /AddressConflict: 10\.66\.0\.9 of reservation web\.default is held by IP holder/,
  );
  lab.atRest();
  lab.kill("default/holder");
  lab.settle();
  assertEquals(lab.addressOf("default/web"), "10.66.0.9");
  lab.atRest();
});

const wrong: Readonly<Record<string, { spec: IP["spec"]; name?: string; says: RegExp }>> = {
  "a name that is not its pod's": {
    spec: FIXED,
    name: "other.default",
    says: /metadata\.name is other\.default, but .* web\.default/,
  },
  "no Subnet": { spec: { ...FIXED, subnet: "" }, says: /spec\.subnet is empty; name the Subnet/ },
  "100 kB as its Subnet": {
    spec: { ...FIXED, subnet: "s".repeat(100_000) },
    says: /spec\.subnet: "s{40}…" is not the name/,
  },
  "a missing Subnet": {
    spec: { ...FIXED, subnet: "ghost" },
    says: /NoSubnet: spec\.subnet ghost cannot be used: it does not exist/,
  },
  "an address outside": {
    spec: { v4IpAddress: "10.67.0.9" },
    says: /AddressOutOfRange: 10\.67\.0\.9 is outside/,
  },
  "the gateway": { spec: { v4IpAddress: "10.66.0.1" }, says: /AddressConflict: 10\.66\.0\.1 is the gateway/ },
  "the last address": { spec: { v4IpAddress: "10.66.0.255" }, says: /AddressOutOfRange: .* last address/ },
  "no address at all": {
    spec: { v4IpAddress: "ten" },
    says: /AddressOutOfRange: "ten" is not an IP address/,
  },
  "a MAC that is none": {
    spec: { ...FIXED, macAddress: "aa:bb" },
    says: /spec\.macAddress: "aa:bb" is not a unicast MAC/,
  },
  "a family that is not there": {
    spec: { v6IpAddress: "fd00::5" },
    says: /AddressOutOfRange: fd00::5 is outside/,
  },
};
for (const [what, { spec, name, says }] of Object.entries(wrong)) {
  Deno.test(`reservation: with ${what} says so, holds nothing, stays, and harms nobody`, () => {
    const lab = reserve(served(), "web", spec, name), key = name ?? "web.default";
    assertMatch(lab.warnings(IP, key)[0] ?? "", says);
    lab.pod("default/healthy");
    lab.settle();
    assertEquals([lab.addressOf("default/healthy"), lab.claims("sn")], ["10.66.0.2", {
      "10.66.0.2": "healthy.default",
    }]);
    assertEquals(lab.get(IP, key)?.metadata.name, key);
    lab.atRest();
    lab.delete(IP, key);
    lab.settle();
    assertEquals(lab.get(IP, key), undefined);
    lab.atRest();
  });
}

Deno.test("reservation: holds its Subnet, and is a named reason why that stays", () => {
  const lab = reserve(served(), "web", FIXED);
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals(lab.condition(Subnet, "sn", "Deletable")?.message, "AddressClaim sn.10.66.0.9");
  lab.delete(IP, "web.default");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn"), undefined);
  lab.atRest();
});

Deno.test("reservation: made before its Subnet it is taken up as soon as that is there", () => {
  const lab = cluster();
  reserve(lab, "web", FIXED);
  lab.pod("default/web", { logical_switch: "sn" });
  lab.settle();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  assertEquals([lab.addressOf("default/web"), lab.claims("sn")], ["10.66.0.9", {
    "10.66.0.9": "web.default",
  }]);
  lab.atRest();
});
