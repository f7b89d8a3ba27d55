import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { claimName, definition, LONGEST_SUBNET_NAME, wornAddress } from "../../crds/address_claim.ts";
import { LONGEST_NAME } from "../../crds/custom.ts";
import { examples } from "./examples.ts";

// Few values, so that names often come close to one another.
const tuple = <T>(size: number, item: fc.Arbitrary<T>) =>
  fc.array(item, { minLength: size, maxLength: size });
const v4 = tuple(4, fc.constantFrom(0, 1, 10, 255)).map((octets) => octets.join("."));
const v6 = tuple(8, fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 0xffff }))).map(canonical);
const mac = tuple(6, fc.constantFrom("00", "01", "0a", "ff")).map((octets) => octets.join(":"));
const worn = fc.constantFrom("1", "2-b", "a").map(wornAddress);
const address = fc.oneof(v4, v6, mac, worn);
const subnet = fc.constantFrom(
  "a",
  "a.1",
  "a.1.10",
  "1",
  "a.6x",
  "a.6x--1x",
  "a.mac-00-00-00-00-00-00",
  "a-b",
);

/** RFC 5952, by way of the URL parser. */
function canonical(groups: number[]): string {
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(":")}]`).hostname.slice(1, -1);
}

Deno.test("claimName() spells IPv4, IPv6 and MAC addresses, and the right to wear a Vip, each in its own way", () => {
  assertEquals(claimName("a.b", wornAddress("u-1")), "a.b.vip-u-1");
  assertEquals(claimName("sn1", "10.0.0.5"), "sn1.10.0.0.5");
  assertEquals(claimName("sn1", "fd00::5"), "sn1.6xfd00--5x");
  assertEquals(claimName("sn1", "::"), "sn1.6x--x");
  assertEquals(claimName("a.b", "02:00:00:00:00:0a"), "a.b.mac-02-00-00-00-00-0a");
});

Deno.test("claimName() gives different names to different addresses or Subnets", () => {
  fc.assert(
    fc.property(subnet, address, subnet, address, (s, a, t, b) => {
      assertEquals(claimName(s, a) === claimName(t, b), s === t && a === b);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("claimName() is a legal object name for every Subnet name up to the limit", () => {
  fc.assert(fc.property(subnet, address, (s, a) => {
    const name = claimName(s.padEnd(LONGEST_SUBNET_NAME, "z"), a);
    assert(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name), name);
    assert(name.length <= LONGEST_NAME, name);
  }));
});

Deno.test("a Subnet name one longer than the limit has addresses that cannot be claimed", () => {
  const longest = "fd00:1111:2222:3333:4444:5555:6666:7777";
  assertEquals(claimName("s".repeat(LONGEST_SUBNET_NAME), longest).length, LONGEST_NAME);
  assertEquals(claimName("s".repeat(LONGEST_SUBNET_NAME + 1), longest).length, LONGEST_NAME + 1);
});

Deno.test("claimName() says what the examples say that a real API server says", () => {
  const claims = examples.filter(({ kind, before }) => kind.kind === "AddressClaim" && !before);
  for (const { title, name, body, refused } of claims) {
    const { subnet, address } = body.spec as { subnet: string; address: string };
    if (refused === undefined) assertEquals(claimName(subnet, address), name, title);
    if (refused === "metadata.name must be") assert(claimName(subnet, address) !== name, title);
  }
});

Deno.test("claims can be selected by the uid of their Subnet and of their holder", () => {
  assertEquals(definition.spec.versions[0].selectableFields, [
    { jsonPath: ".spec.subnetUid" },
    { jsonPath: ".spec.holder.uid" },
  ]);
});
