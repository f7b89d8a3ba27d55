import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatEntries, formatSubnet, isFormatted } from "../../controllers/subnet/format.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { inUse, subnet } from "../world.ts";

function formatted(spec: Subnet["spec"], name = "sn1"): Subnet["spec"] {
  const result = formatSubnet(subnet(name, spec));
  assert(result.ok);
  return result.spec;
}

Deno.test("format: everything that was left out", () => {
  assertEquals(formatted({ cidrBlock: "10.1.2.3/16" }), {
    provider: "ovn",
    vpc: "ovn-cluster",
    gatewayType: "distributed",
    enableLb: true,
    cidrBlock: "10.1.0.0/16",
    gateway: "10.1.0.1",
    excludeIps: ["10.1.0.1"],
    protocol: "IPv4",
  });
});

Deno.test("format: what was written stays", () => {
  const spec = {
    cidrBlock: "10.1.0.0/16",
    gateway: "10.1.255.254",
    provider: "net1.default.ovn",
    vpc: "blue",
    gatewayType: "centralized",
    enableLb: false,
  };
  assertEquals(formatted(spec), {
    provider: "net1.default.ovn",
    vpc: "blue",
    enableLb: false,
    cidrBlock: "10.1.0.0/16",
    gateway: "10.1.255.254",
    excludeIps: ["10.1.255.254"],
    protocol: "IPv4",
  });
});

Deno.test("format: the order of a dual-stack block is IPv4 first, and a single gateway is completed", () => {
  const { cidrBlock, gateway, protocol } = formatted({
    cidrBlock: "FD00::/64,10.1.0.0/16",
    gateway: "fd00::9",
  });
  assertEquals({ cidrBlock, gateway, protocol }, {
    cidrBlock: "10.1.0.0/16,fd00::/64",
    gateway: "10.1.0.1,fd00::9",
    protocol: "Dual",
  });
});

Deno.test("format: excludeIps are merged, but neighbours stay as they were given, sorted as text", () => {
  const excludeIps = ["10.1.0.9..10.1.0.12", "10.1.0.10", "10.1.0.2", "10.1.0.3"];
  assertEquals(formatted({ cidrBlock: "10.1.0.0/16", excludeIps }).excludeIps, [
    "10.1.0.1",
    "10.1.0.2",
    "10.1.0.3",
    "10.1.0.9..10.1.0.12",
  ]);
});

Deno.test("format: the protocol follows from the block, whatever was written", () => {
  assertEquals(formatted({ cidrBlock: "10.1.0.0/16", protocol: "Dual" }).protocol, "IPv4");
  assertEquals(formatted({ vlan: "v1" }).protocol, "Mac");
});

Deno.test("format: other providers have no Vpc, the join Subnet has no load balancer", () => {
  assertEquals(formatted({ cidrBlock: "10.1.0.0/16", provider: "mv.default" }).vpc, undefined);
  assertEquals(formatted({ cidrBlock: "10.1.0.0/16", provider: "mv.default" }).enableLb, undefined);
  assertEquals(formatted({ cidrBlock: "100.64.0.0/16" }, "join").enableLb, undefined);
});

Deno.test("format: a spec with a problem is left as it was written", () => {
  const broken = subnet("sn1", { cidrBlock: "10.1.2.3/16", excludeIps: ["10.0.0.x"] });
  assertEquals(formatEntries(broken), []);
  assertEquals(isFormatted(broken), false);
});

Deno.test("format: is idempotent", () => {
  const v4 = fc.tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 8, max: 31 }))
    .map(([a, b, prefix]) => `10.${a}.${b}.7/${prefix}`);
  const v6 = fc.tuple(fc.nat(0xffff), fc.integer({ min: 48, max: 127 }))
    .map(([a, prefix]) => `fd00:${a.toString(16)}::7/${prefix}`);
  const block = fc.oneof(v4, v6, fc.tuple(v4, v6).map((both) => both.join(",")));
  fc.assert(fc.property(block, fc.array(fc.nat(255)), (cidrBlock, hosts) => {
    const excludeIps = hosts.map((host) => `10.1.2.${host}`);
    assert(isFormatted(inUse(subnet("sn1", { cidrBlock, excludeIps }))));
  }));
});
