import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { problemsOf } from "../../controllers/subnet/validation.ts";
import { problemsText, problemText } from "../../ipam/problem.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { subnet } from "../world.ts";

const fine: readonly (readonly [what: string, spec: Subnet["spec"]])[] = [
  ["an IPv4 block", { cidrBlock: "10.1.0.0/16" }],
  ["host bits that are set", { cidrBlock: "10.1.2.3/16" }],
  ["both families, in either order", { cidrBlock: "fd00::/64,10.1.0.0/16" }],
  ["a block of two", { cidrBlock: "10.1.0.0/31" }],
  ["no block on a vlan", { vlan: "v1" }],
  ["no block on another provider", { provider: "mv.default" }],
  ["exclusions outside the block", { cidrBlock: "10.1.0.0/16", excludeIps: ["192.168.0.1"] }],
  ["a vip inside", { cidrBlock: "10.1.0.0/16,fd00::/64", vips: ["10.1.0.9", "fd00::9"] }],
  ["a protocol that the block overrules", { cidrBlock: "10.1.0.0/16", protocol: "Dual" }],
  ["an interconnection address inside", { cidrBlock: "10.1.0.0/16", u2oInterconnectionIP: "10.1.0.9" }],
  ["allowed blocks", { cidrBlock: "10.1.0.0/16", private: true, allowSubnets: ["10.2.0.0/16"] }],
  ["one way out", { cidrBlock: "10.1.0.0/16", natOutgoing: true }],
  ["a small MTU without IPv6", { cidrBlock: "10.1.0.0/16", mtu: 1200 }],
  ["a way out", { cidrBlock: "10.1.0.0/16", externalEgressGateway: "192.168.0.1" }],
  ["a way out of each family", {
    cidrBlock: "10.1.0.0/16,fd00::/64",
    externalEgressGateway: "192.168.0.1,fd01::1",
  }],
  ["a selector", { cidrBlock: "10.1.0.0/16", namespaceSelectors: [{ matchLabels: { a: "b" } }] }],
];

for (const [what, spec] of fine) {
  Deno.test(`validation accepts ${what}`, () => assertEquals(problemsOf(subnet("sn1", spec)), []));
}

const wrong: readonly (readonly [what: string, spec: Subnet["spec"], problem: string])[] = [
  [
    "no block on an overlay",
    {},
    "spec.cidrBlock: there is none; write a block such as 10.16.0.0/16, or name the spec.vlan whose addresses others give out",
  ],
  [
    "a gateway that an edit of the block left outside",
    { cidrBlock: "10.2.0.0/16", gateway: "10.1.0.1" },
    "spec.gateway: 10.1.0.1 is outside 10.2.0.0/16; choose an address inside it, such as 10.2.0.1",
  ],
  [
    "a typo in excludeIps",
    { cidrBlock: "10.1.0.0/16", excludeIps: ["10.1.0.9", "10.1.0.x"] },
    `spec.excludeIps[1]: "10.1.0.x" is not an IP address; write an address or first..last`,
  ],
  [
    "a reversed range",
    { cidrBlock: "10.1.0.0/16", excludeIps: ["10.1.0.9..10.1.0.2"] },
    `spec.excludeIps[0]: "10.1.0.9..10.1.0.2" runs backwards; write 10.1.0.2..10.1.0.9`,
  ],
  [
    "a vip outside",
    { cidrBlock: "10.1.0.0/16", vips: ["10.1.0.9", "10.2.0.9"] },
    `spec.vips[1]: "10.2.0.9" is not an address inside spec.cidrBlock; write one of the block, or remove it`,
  ],
  [
    "a vip of a family that the block has not",
    { cidrBlock: "10.1.0.0/16", vips: ["fd00::9"] },
    `spec.vips[0]: "fd00::9" is not an address inside spec.cidrBlock; write one of the block, or remove it`,
  ],
  [
    "an interconnection address outside",
    { cidrBlock: "10.1.0.0/16", u2oInterconnectionIP: "10.2.0.9" },
    `spec.u2oInterconnectionIP: "10.2.0.9" is not an address inside spec.cidrBlock; write one of the block, or remove it`,
  ],
  [
    "an unknown operator",
    {
      cidrBlock: "10.1.0.0/16",
      namespaceSelectors: [{}, { matchExpressions: [{ key: "a", operator: "Bogus" }] }],
    },
    `spec.namespaceSelectors[1].matchExpressions[0]: "Bogus" is not an operator; ` +
    "write key, operator (In, NotIn, Exists, DoesNotExist) and, for In and NotIn, values",
  ],
  [
    "an unknown protocol",
    { vlan: "v1", protocol: "IPX" },
    `spec.protocol: "IPX" is not a protocol; leave it out: it follows from spec.cidrBlock`,
  ],
  [
    "an allowed block that is none",
    { cidrBlock: "10.1.0.0/16", allowSubnets: ["10.2.0.0"] },
    `spec.allowSubnets[0]: "10.2.0.0" has no prefix length; write a block such as 10.16.0.0/16`,
  ],
  [
    "two ways out",
    { cidrBlock: "10.1.0.0/16", natOutgoing: true, externalEgressGateway: "10.1.0.9" },
    "spec.externalEgressGateway: it excludes spec.natOutgoing; keep one of the two",
  ],
  [
    "a way out that is no address",
    { cidrBlock: "10.1.0.0/16", externalEgressGateway: "192.168.0.x" },
    `spec.externalEgressGateway: "192.168.0.x" is not an IP address; write one address for each family of spec.cidrBlock`,
  ],
  [
    "a way out of a family that the block has not",
    { cidrBlock: "10.1.0.0/16", externalEgressGateway: "fd00::1" },
    "spec.externalEgressGateway: spec.cidrBlock has no IPv6 block; write one address for each family of spec.cidrBlock",
  ],
  [
    "two ways out of one family",
    { cidrBlock: "10.1.0.0/16,fd00::/64", externalEgressGateway: "192.168.0.1,192.168.0.2" },
    "spec.externalEgressGateway: it lists more than one address of a family; write one address for each family of spec.cidrBlock",
  ],
  [
    "an MTU too small for IPv6",
    { cidrBlock: "fd00::/64", mtu: 1200 },
    "spec.mtu: 1200 is less than IPv6 needs; write at least 1280",
  ],
];

for (const [what, spec, problem] of wrong) {
  Deno.test(`validation refuses ${what}, and names field and remedy`, () => {
    assertEquals(problemsOf(subnet("sn1", spec)).map(problemText), [problem]);
  });
}

Deno.test("validation refuses a name that is also its Vpc's", () => {
  const message = (name: string, vpc?: string) =>
    problemsOf(subnet(name, { cidrBlock: "10.1.0.0/16", ...(vpc ? { vpc } : {}) })).map(problemText);
  assertEquals(message("blue", "blue"), [
    `metadata.name: "blue" is also the name of a Vpc; choose another name`,
  ]);
  assertEquals(message("ovn-cluster", "blue").length, 1);
  assertEquals(message("blue", "red"), []);
});

Deno.test("validation refuses a name that would make the names of its addresses too long", () => {
  const problems = (length: number) =>
    problemsOf(subnet("s".repeat(length), { cidrBlock: "10.1.0.0/16" })).map(problemText);
  assertEquals(problems(210), []);
  assertEquals(problems(211), [
    "metadata.name: the name has 211 characters, too many for the names of its addresses; choose one of at most 210 characters",
  ]);
});

Deno.test("validation says everything that is wrong at once", () => {
  const broken = subnet("sn1", {
    cidrBlock: "10.1.0.0/16",
    gateway: "10.2.0.1",
    excludeIps: ["a", "b"],
    allowSubnets: ["c"],
  });
  assertEquals(problemsOf(broken).map(({ field }) => field), [
    "spec.gateway",
    "spec.excludeIps[0]",
    "spec.excludeIps[1]",
    "spec.allowSubnets[0]",
  ]);
});

Deno.test("validation: a condition stays small however many mistakes there are", () => {
  const spec = {
    cidrBlock: "10.1.0.0/16",
    excludeIps: Array.from({ length: 10_000 }, (_, i) => `10.1.0.x${i}`),
    namespaceSelectors: Array.from({ length: 100 }, () => ({ matchExpressions: [{ key: "a" }] })),
  };
  const text = problemsText(problemsOf(subnet("sn1", spec)));
  assertEquals(text.length < 2_000, true);
  assertEquals(text.includes("and 9990 more entries are wrong"), true);
  assertEquals(text.endsWith("and 100 more problems"), true);
});

Deno.test("validation never throws for what a user may store", () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom("", "10.1.0.0/16", "fd00::/64", "10.1.0.1", "constructor"),
  );
  const spec = fc.record({
    cidrBlock: text,
    gateway: text,
    excludeIps: fc.array(text),
    vips: fc.array(text),
    u2oInterconnectionIP: text,
    protocol: text,
    allowSubnets: fc.array(text),
    mtu: fc.integer(),
    vpc: text,
    provider: text,
    vlan: text,
  }, { requiredKeys: [] }) as fc.Arbitrary<Subnet["spec"]>;
  fc.assert(fc.property(spec, (spec) => {
    for (const { field, message, remedy } of problemsOf(subnet("sn1", spec))) {
      assertEquals([field, message, remedy].includes(""), false);
    }
  }));
});
