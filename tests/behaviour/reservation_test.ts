/** IP records that users create to reserve addresses. */
import { assertEquals, assertMatch } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { cluster } from "./cluster.ts";
import { FIXED, reserve, served } from "./reserved.ts";

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

Deno.test("reservation: an excluded address is as good as any", () => {
  const lab = reserve(served({ excludeIps: ["10.66.0.9"] }), "web", FIXED);
  assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default" });
  lab.atRest();
});

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

Deno.test("reservation: of two of one address made before their Subnet the older is in force, the other is told, and a restart changes nothing", () => {
  const lab = cluster();
  reserve(lab, "web", FIXED);
  reserve(lab, "api", FIXED);
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24" });
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.66.0.9": "web.default" });
  assertMatch(
    lab.warnings(IP, "api.default").at(-1)!,
    /AddressConflict: 10\.66\.0\.9 is held by IP web\.default/,
  );
  lab.restart();
  lab.atRest();
  lab.delete(IP, "web.default");
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.66.0.9": "api.default" });
});

Deno.test("reservation: nobody wears it while its claim is on the way, and perhaps never arrives", () => {
  const lab = served(), told: (string | undefined)[] = [];
  lab.intercept = ({ verb, resource: { kind } }) => {
    if (verb !== "create" || kind !== "AddressClaim" || told.length > 0) return undefined;
    lab.pod("default/web");
    lab.settle();
    told.push(lab.addressOf("default/web"));
    return { outcome: "denied", status: 403, reason: "Forbidden", message: "not now" };
  };
  reserve(lab, "web", FIXED);
  lab.settle({ ms: 10 * 60_000 });
  assertEquals([told, lab.addressOf("default/web")], [[undefined], "10.66.0.9"]);
  lab.atRest();
});

Deno.test("reservation: what it holds of an earlier Subnet of that name is not in force in the one that is there", () => {
  const lab = reserve(served({ cidrBlock: "fd00:66::/112" }), "web", FIXED),
    { uid } = lab.get(IP, "web.default")!.metadata;
  // Posted by a replica that had not seen yet that the Subnet was replaced.
  lab.smuggle(AddressClaim, {
    metadata: { name: "sn.10.66.0.9" },
    spec: {
      subnet: "sn",
      subnetUid: "earlier",
      address: "10.66.0.9",
      holder: { kind: "IP", name: "web.default", uid },
      ownerKey: "default/web",
    },
  });
  lab.pod("default/web");
  lab.settle();
  assertEquals(lab.addressOf("default/web"), undefined);
  assertMatch(
    lab.warnings(Pod, "default/web")[0]!,
    /NoSubnet: Subnet sn was replaced .*; make the reservation anew/,
  );
  lab.atRest();
});
