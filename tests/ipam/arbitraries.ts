/** Inputs for property tests of addresses. */
import fc from "fast-check";
import { formatIpv6 } from "../../ipam/ipv6.ts";

export const ipv4: fc.Arbitrary<number> = fc.nat(0xffffffff);

const group = fc.oneof(fc.constantFrom(0n, 0n, 1n, 0xffffn), fc.bigInt(0n, 0xffffn));

/** Rich in zero groups; never IPv4-mapped. */
export const ipv6: fc.Arbitrary<bigint> = fc.array(group, { minLength: 8, maxLength: 8 })
  .map((groups) => groups.reduce((value, g) => (value << 16n) | g, 0n))
  .filter((value) => value >> 32n !== 0xffffn);

const octet = fc.oneof(fc.nat(300).map(String), fc.constantFrom("", "00", "01", "-1", "1a"));
const hex = fc.oneof(
  fc.nat(0xfffff).map((n) => n.toString(16)),
  fc.constantFrom("", "0", "0000", "FFFF", "g"),
);

/** Texts that are, or nearly are, addresses of either family. */
export const nearlyAddress: fc.Arbitrary<string> = fc.oneof(
  fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join(".")),
  fc.array(hex, { minLength: 1, maxLength: 9 }).map((groups) => groups.join(":")),
  fc.tuple(fc.array(hex, { maxLength: 7 }), fc.array(octet, { minLength: 4, maxLength: 4 }))
    .map(([groups, octets]) => [...groups, octets.join(".")].join(":")),
  fc.array(fc.constantFrom(":", "::", "0", "1", "ffff", "1.2.3.4"), { maxLength: 17 }).map((parts) =>
    parts.join("")
  ),
  fc.tuple(ipv6, fc.boolean()).map(([value, upper]) =>
    upper ? formatIpv6(value).toUpperCase() : formatIpv6(value)
  ),
  ipv6.map((value) => `${formatIpv6(value)}%eth0`),
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefF:.%/-, "), maxLength: 50 }),
);

/** Anything at all, with a liking for what parsers trip over. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  nearlyAddress,
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.array(
    fc.oneof(
      nearlyAddress,
      fc.constantFrom("..", ",", ";", "/", "/24", "/129", " ", "\0", "‮", "constructor"),
    ),
    {
      maxLength: 6,
    },
  ).map((parts) => parts.join("")),
  fc.constantFrom(...[":", "1.", "a", "..", ",", ";", "[", "\ud800"].map((unit) => unit.repeat(20_000))),
);
