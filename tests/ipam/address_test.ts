import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { isIPv4, isIPv6 } from "node:net";
import { type Address, formatAddress, isCanonical, parseAddress, whyNotAddress } from "../../ipam/address.ts";
import { parseIpv4 } from "../../ipam/ipv4.ts";
import { parseIpv6 } from "../../ipam/ipv6.ts";
import { ipv4, ipv6, nearlyAddress } from "./arbitraries.ts";

const address: fc.Arbitrary<Address> = fc.oneof(ipv4, ipv6);

Deno.test("an address survives being printed and read", () => {
  fc.assert(
    fc.property(
      address,
      (value) => parseAddress(formatAddress(value)) === value && isCanonical(formatAddress(value)),
    ),
  );
});

Deno.test("a text is taken exactly when it is an address to Node, but for zones and IPv4-mapped IPv6", () => {
  fc.assert(
    fc.property(nearlyAddress, (text) => {
      assertEquals(parseIpv4(text) !== undefined, isIPv4(text), text);
      assertEquals(parseIpv6(text) !== undefined, isIPv6(text) && !text.includes("%"), text);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("an address is printed as ipaddr.js prints it", () => {
  fc.assert(fc.property(address, (value) => {
    const octets = typeof value === "number" ? 4n : 16n;
    const bytes = Array.from(
      { length: Number(octets) },
      (_, i) => Number((BigInt(value) >> (8n * (octets - 1n - BigInt(i)))) & 0xffn),
    );
    assertEquals(formatAddress(value), ipaddr.fromByteArray(bytes).toString());
  }));
});

Deno.test("IPv6 is read as a URL parser reads it", () => {
  fc.assert(
    fc.property(nearlyAddress.filter((text) => isIPv6(text) && !text.includes("%")), (text) => {
      const value = parseIpv6(text);
      assert(value !== undefined);
      if (value >> 32n !== 0xffffn) {
        assertEquals(`[${formatAddress(value)}]`, new URL(`http://[${text}]`).hostname);
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("the first of equally long runs of zeros is compressed, and a single zero is not", () => {
  for (
    const [text, canonical] of [
      ["0:0:1:0:0:1:1:1", "::1:0:0:1:1:1"],
      ["1:0:0:1:0:0:0:0", "1:0:0:1::"],
      ["1:0:1:1:1:1:1:1", "1:0:1:1:1:1:1:1"],
      ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
      ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
      ["0:0:0:0:0:0:0:0", "::"],
      ["FD00:0010::00Ff", "fd00:10::ff"],
      ["64:ff9b::10.0.0.1", "64:ff9b::a00:1"],
      ["::10.0.0.1", "::a00:1"],
      ["255.255.255.255", "255.255.255.255"],
      ["0.0.0.0", "0.0.0.0"],
    ] as const
  ) {
    const value = parseAddress(text);
    assert(value !== undefined, text);
    assertEquals(formatAddress(value), canonical);
    assertEquals(isCanonical(text), text === canonical);
  }
});

Deno.test("what other parsers take for an address is none", () => {
  for (
    const text of [
      "",
      "10.1",
      "10.1.2",
      "010.0.0.1",
      "10.0.0.00",
      "0x0a.0.0.1",
      "167772161",
      "10.0.0.256",
      "10.0.0.1 ",
      "10.0.0.1/32",
      "10.0.0.1.",
      ".10.0.0.1",
      "１０.0.0.1",
      "fe80::1%eth0",
      "[fd00::1]",
      "fd00::1::2",
      ":1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7:8:",
      "1:2:3:4:5:6:7:8::",
      "1:2:3:4:5:6:7",
      ":::",
      ":",
      "00001::",
      "1:2:3:4:5:6:7:10.0.0.1",
      "::10.0.0.01",
      "constructor",
      "__proto__",
    ]
  ) assertEquals(parseAddress(text), undefined, text);
});

Deno.test("IPv4-mapped IPv6 is refused, and the IPv4 address is named", () => {
  for (const text of ["::ffff:10.0.0.1", "::FFFF:a00:1", "0:0:0:0:0:ffff:0a00:0001"]) {
    assertEquals(parseAddress(text), undefined);
    assertStringIncludes(whyNotAddress(text), "write 10.0.0.1");
  }
  assert(parseAddress("::ffff:0:a00:1") !== undefined);
});

Deno.test("the reason why a text is no address is short, printable and about that text", () => {
  assertStringIncludes(whyNotAddress("10.0.0.0/8"), "prefix length");
  assertStringIncludes(whyNotAddress("fe80::1%eth0"), "zone");
  assertStringIncludes(whyNotAddress("10.0.0.x"), '"10.0.0.x" is not an IP address');
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
    const reason = whyNotAddress(text);
    assert(reason.length < 140 && /^[\x20-\x7e…]*$/.test(reason), reason);
  }));
});
