import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { formatAddress } from "../../ipam/address.ts";
import {
  type Cidr,
  cidrOf,
  contains,
  formatCidr,
  hostsOf,
  overlaps,
  parseCidr,
  whyNotCidr,
} from "../../ipam/cidr.ts";
import { specialOverlap } from "../../ipam/special.ts";
import { anyText, ipv4, ipv6 } from "./arbitraries.ts";

const cidr: fc.Arbitrary<Cidr> = fc.oneof(
  fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => cidrOf(address, prefix)),
  fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })).map(([address, prefix]) => cidrOf(address, prefix)),
);

function block(text: string): Cidr {
  const parsed = parseCidr(text);
  assert(parsed !== undefined, text);
  return parsed;
}

function hosts(text: string): string[] | undefined {
  const interval = hostsOf(block(text));
  return interval && [formatAddress(interval.first), formatAddress(interval.last)];
}

Deno.test("host bits are cleared", () => {
  assertEquals(formatCidr(block("10.1.2.3/16")), "10.1.0.0/16");
  assertEquals(formatCidr(block("FD00:10:16::abcd/112")), "fd00:10:16::/112");
  assertEquals(formatCidr(block("255.255.255.255/0")), "0.0.0.0/0");
});

Deno.test("a block begins and ends where ipaddr.js says", () => {
  fc.assert(
    fc.property(cidr.filter(({ first }) => first !== 0n && BigInt(first) >> 32n !== 0xffffn), (value) => {
      const text = formatCidr(value);
      if (typeof value.first === "number") {
        assertEquals(formatAddress(value.first), ipaddr.IPv4.networkAddressFromCIDR(text).toString());
        assertEquals(formatAddress(value.last), ipaddr.IPv4.broadcastAddressFromCIDR(text).toString());
      } else {
        assertEquals(formatAddress(value.first), ipaddr.IPv6.networkAddressFromCIDR(text).toString());
        assertEquals(formatAddress(value.last), ipaddr.IPv6.broadcastAddressFromCIDR(text).toString());
      }
      assertEquals(parseCidr(text), value);
    }),
  );
});

Deno.test("two blocks overlap exactly when one contains the other's network address", () => {
  fc.assert(fc.property(cidr, cidr, (a, b) => {
    assertEquals(overlaps(a, b), contains(a, b.first) || contains(b, a.first));
    assertEquals(overlaps(a, b), overlaps(b, a));
  }));
  assert(overlaps(block("10.0.0.0/8"), block("10.255.255.0/24")));
  assert(!overlaps(block("10.0.0.0/24"), block("10.0.1.0/24")));
  assert(!overlaps(block("0.0.0.0/0"), block("::/0")));
});

Deno.test("the lowest and the highest address are no hosts, except where there are but two", () => {
  assertEquals(hosts("10.0.0.0/24"), ["10.0.0.1", "10.0.0.254"]);
  assertEquals(hosts("10.0.0.0/30"), ["10.0.0.1", "10.0.0.2"]);
  assertEquals(hosts("10.0.0.0/31"), ["10.0.0.0", "10.0.0.1"]);
  assertEquals(hosts("10.0.0.0/32"), undefined);
  assertEquals(hosts("fd00::/64"), ["fd00::1", "fd00::ffff:ffff:ffff:fffe"]);
  assertEquals(hosts("fd00::/126"), ["fd00::1", "fd00::2"]);
  assertEquals(hosts("fd00::2/127"), ["fd00::2", "fd00::3"]);
  assertEquals(hosts("fd00::/128"), undefined);
});

Deno.test("a text that is no block is refused with its reason", () => {
  for (
    const [text, reason] of [
      ["10.0.0.0", "no prefix length"],
      ["", "no prefix length"],
      ["10.0.0/24", "not an IP address"],
      ["10.0.0.0/33", "impossible prefix"],
      ["10.0.0.0/08", "impossible prefix"],
      ["10.0.0.0/+8", "impossible prefix"],
      ["10.0.0.0/", "impossible prefix"],
      ["10.0.0.0/8/8", "impossible prefix"],
      ["10.0.0.0/255.0.0.0", "impossible prefix"],
      ["fd00::/129", "impossible prefix"],
      ["::ffff:10.0.0.0/104", "write 10.0.0.0"],
    ] as const
  ) {
    assertEquals(parseCidr(text), undefined, text);
    assertStringIncludes(whyNotCidr(text), reason);
  }
});

Deno.test("no text makes the block parser throw, and what it takes it prints canonically", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = parseCidr(text);
      if (parsed === undefined) assert(whyNotCidr(text).length < 140);
      else assertEquals(parseCidr(formatCidr(parsed)), parsed);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("a block is special when it reaches into special-purpose space from any side", () => {
  const special = (text: string) => specialOverlap(block(text));
  assertEquals(special("127.0.0.0/24"), "127.0.0.0/8 (loopback)");
  assertEquals(special("160.0.0.0/3"), "169.254.0.0/16 (link-local)");
  assertEquals(special("0.0.0.0/24"), "0.0.0.0/8 (this network)");
  assertEquals(special("239.1.0.0/16"), "224.0.0.0/4 (multicast)");
  assertEquals(special("255.255.255.0/24"), "255.255.255.255/32 (broadcast)");
  assertEquals(special("fe80::/64"), "fe80::/10 (link-local)");
  assertEquals(special("ff00::/16"), "ff00::/8 (multicast)");
  assertEquals(specialOverlap(cidrOf(0xffff_0a00_0000n, 104)), "::ffff:0:0/96 (IPv4-mapped)");
  assertEquals(special("::/120"), "::/128 (unspecified)");
  for (
    const ordinary of [
      "10.0.0.0/8",
      "100.64.0.0/16",
      "192.168.0.0/16",
      "240.0.0.0/8",
      "fd00::/8",
      "2001:db8::/32",
    ]
  ) {
    assertEquals(special(ordinary), undefined, ordinary);
  }
});
