/** What may be wrong in a Subnet: it says which field and what to do, and everybody else is served. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

const OK = { cidrBlock: "10.66.0.0/24" };

/** Beside Subnet `bad` a healthy one is served, also in a namespace that both name. */
function beside(lab: Cluster): string {
  lab.subnet("healthy", { cidrBlock: "10.77.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/asks", { logical_switch: "bad" });
  lab.pod("default/p");
  lab.settle();
  assertEquals(lab.addresses("p", "asks"), ["10.77.0.2", undefined]);
  const { message, reason, status } = lab.condition(Subnet, "bad")!;
  assertEquals([status, reason], ["False", "ValidateLogicalSwitchFailed"]);
  assertEquals(lab.condition(Subnet, "bad", "Validated")?.status, "False");
  assertEquals(lab.condition(Subnet, "bad", "Error")?.status, "True");
  assert(lab.warnings(Subnet, "bad")[0]?.startsWith("ValidateLogicalSwitchFailed spec."));
  return message;
}

const wrong: Readonly<Record<string, { spec: Subnet["spec"]; says: RegExp }>> = {
  "an exclusion that is no address": {
    spec: { ...OK, excludeIps: ["10.66.0.9", "10.66.0.x"] },
    says: /^spec\.excludeIps\[1\]: "10\.66\.0\.x" is not an IP address; write/,
  },
  "a reversed exclusion": {
    spec: { ...OK, excludeIps: ["10.66.0.9..10.66.0.5"] },
    says: /^spec\.excludeIps\[0\]: .*"10\.66\.0\.9\.\.10\.66\.0\.5".*; write/,
  },
  "an exclusion of two families": {
    spec: { ...OK, excludeIps: ["10.66.0.9..fd00::1"] },
    says: /^spec\.excludeIps\[0\]: .*mixes IPv4 and IPv6; write one range/,
  },
  "an exclusion of three parts": {
    spec: { ...OK, excludeIps: ["10.66.0.5..10.66.0.6..10.66.0.7"] },
    says: /^spec\.excludeIps\[0\]: .*; write/,
  },
  "an exclusion in upper case": {
    spec: { cidrBlock: "fd00::/112", excludeIps: ["FD00::9"] },
    says: /^spec\.excludeIps\[0\]: "FD00::9" is in upper case; write fd00::9/,
  },
  "an IPv4-mapped exclusion": {
    spec: { ...OK, excludeIps: ["::ffff:10.66.0.9"] },
    says: /^spec\.excludeIps\[0\]: .*IPv4-mapped.*10\.66\.0\.9/,
  },
  "a gateway that is no address": {
    spec: { ...OK, gateway: "router" },
    says: /^spec\.gateway: "router" is not an IP address; write one address for each family/,
  },
  "a gateway outside": {
    spec: { ...OK, gateway: "10.67.0.1" },
    says: /^spec\.gateway: 10\.67\.0\.1 is outside 10\.66\.0\.0\/24; choose .* 10\.66\.0\.1/,
  },
  "the network's address as gateway": {
    spec: { ...OK, gateway: "10.66.0.0" },
    says: /^spec\.gateway: 10\.66\.0\.0 is the network address/,
  },
  "a gateway of another family": {
    spec: { ...OK, gateway: "fd00::1" },
    says: /^spec\.gateway: fd00::1 has no IPv6 block to lie in; remove it/,
  },
  "two gateways of a family": {
    spec: { ...OK, gateway: "10.66.0.1,10.66.0.2" },
    says: /^spec\.gateway: .* more than one address of a family; write/,
  },
  "a multicast block": {
    spec: { cidrBlock: "224.0.0.0/8" },
    says: /^spec\.cidrBlock: .*\(multicast\); choose/,
  },
  "an unknown operator": {
    spec: {
      ...OK,
      namespaceSelectors: [{ matchExpressions: [{ key: "a", operator: "Bogus", values: ["b"] }] }],
    },
    says:
      /^spec\.namespaceSelectors\[0\]\.matchExpressions\[0\]: "Bogus" is not an operator; write .*In, NotIn/,
  },
  "an allowed subnet that is none": {
    spec: { ...OK, allowSubnets: ["10.0.0.0"] },
    says: /^spec\.allowSubnets\[0\]: .*prefix length; write a block/,
  },
  "a small MTU for IPv6": { spec: { cidrBlock: "fd00::/112", mtu: 576 }, says: /^spec\.mtu: .*1280/ },
  "a Vpc that can not be": {
    spec: { ...OK, vpc: "v".repeat(100_000) },
    says: /^spec\.vpc: "v{40}…" is not the name of a Vpc; name one/,
  },
  "no block": { spec: {}, says: /^spec\.cidrBlock: there is none; write a block/ },
};
for (const [what, { spec, says }] of Object.entries(wrong)) {
  Deno.test(`bad Subnet: ${what} is named with its remedy, left as written, and mended by an edit`, () => {
    const lab = cluster();
    lab.subnet("bad", { ...spec, namespaces: ["default"] });
    lab.settle();
    assertMatch(beside(lab), says);
    assertEquals(lab.get(Subnet, "bad")?.spec, { ...spec, namespaces: ["default"] });
    lab.atRest();
    const mended = Object.fromEntries(Object.keys(spec).map((key) => [key, null]));
    lab.merge(Subnet, "bad", { spec: { ...mended, cidrBlock: "10.66.0.0/24" } });
    lab.settle();
    assertEquals([lab.ready("bad"), lab.addressOf("default/asks")], [
      "True ResetLogicalSwitchAclSuccess",
      "10.66.0.2",
    ]);
    lab.atRest();
  });
}

const blocks: Readonly<Record<string, RegExp>> = {
  "10.66.0.0": /^spec\.cidrBlock: "10\.66\.0\.0" has no prefix length; write a block such as/,
  "10.66.0.0/33": /^spec\.cidrBlock: .*impossible prefix length; write/,
  "10.66.0.0/24,": /^spec\.cidrBlock: "" .*; write/,
  "10.66.0.0/24 ,fd00::/112": /^spec\.cidrBlock: .*; write/,
  "10.66.0.0/24,10.67.0.0/24": /^spec\.cidrBlock: .* more than one block of a family; write at most one/,
  "10.66.0.0/24,fd00::/112,fd01::/112": /^spec\.cidrBlock: .*; write/,
  "10.66.0.9/32": /^spec\.cidrBlock: InvalidNetworkMask: .* single address; choose/,
  "::ffff:10.66.0.0/120": /^spec\.cidrBlock: .*IPv4-mapped/,
  "constructor": /^spec\.cidrBlock: "constructor" has no prefix length/,
  ["1".repeat(100_000)]: /^spec\.cidrBlock: "1{40}…" has no prefix length/,
};
for (const [cidrBlock, says] of Object.entries(blocks)) {
  Deno.test(`bad Subnet: the API server refuses block ${cidrBlock.slice(0, 40)}; one from before its rules is named`, () => {
    const lab = cluster();
    assertThrows(() => lab.subnet("bad", { cidrBlock }), Error, "spec.cidrBlock");
    lab.smuggle(Subnet, { metadata: { name: "bad" }, spec: { cidrBlock, namespaces: ["default"] } });
    lab.settle();
    const message = beside(lab);
    assertMatch(message, says);
    assert(message.length < 500);
    lab.atRest();
    lab.delete(Subnet, "bad");
    lab.settle();
    assertEquals(lab.get(Subnet, "bad"), undefined);
    lab.atRest();
  });
}

Deno.test("bad Subnet: 100 kB in a place where any name may stand make no condition of 100 kB", () => {
  const lab = cluster();
  lab.vpc("blue");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", vpc: "blue", namespaces: ["n".repeat(100_000)] });
  lab.settle();
  const { status, message } = lab.condition(Subnet, "sn")!;
  assertEquals([status, message.length], ["True", 4096]);
  lab.atRest();
});
