import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { sameFamilyLayout } from "../../ipam/family_layout.ts";
import { sizeOf } from "../../ipam/interval.ts";
import { type Layout, type LayoutSpec, type NormalisedSpec, parseLayout } from "../../ipam/layout.ts";
import { problemText } from "../../ipam/problem.ts";
import { anyText } from "./arbitraries.ts";

function accepted(spec: LayoutSpec): { layout: Layout; normalised: NormalisedSpec } {
  const parsed = parseLayout(spec);
  assert(parsed.ok);
  return parsed;
}

function problems(spec: LayoutSpec): string[] {
  const parsed = parseLayout(spec);
  return parsed.ok ? [] : parsed.problems.map(problemText);
}

Deno.test("a block alone gets its first host as gateway, which is excluded", () => {
  assertEquals(accepted({ cidrBlock: "10.1.2.3/16" }).normalised, {
    cidrBlock: "10.1.0.0/16",
    gateway: "10.1.0.1",
    excludeIps: ["10.1.0.1"],
    protocol: "IPv4",
  });
  assertEquals(accepted({ cidrBlock: "FD00::/112" }).normalised, {
    cidrBlock: "fd00::/112",
    gateway: "fd00::1",
    excludeIps: ["fd00::1"],
    protocol: "IPv6",
  });
});

Deno.test("a dual block is written IPv4 first, and a gateway given for one family is completed", () => {
  const { normalised } = accepted({ cidrBlock: "fd00::/64,10.0.0.0/24", gateway: "fd00::ff" });
  assertEquals(normalised, {
    cidrBlock: "10.0.0.0/24,fd00::/64",
    gateway: "10.0.0.1,fd00::ff",
    excludeIps: ["10.0.0.1", "fd00::ff"],
    protocol: "Dual",
  });
  assertEquals(
    accepted({ cidrBlock: "10.0.0.0/24,fd00::/64", gateway: "fd00::1,10.0.0.254" }).normalised.gateway,
    "10.0.0.254,fd00::1",
  );
});

Deno.test("what is written back reads as the same layout and is written back the same", () => {
  const specs: LayoutSpec[] = [
    { cidrBlock: "10.1.2.3/16" },
    {
      cidrBlock: "fd00::5/64,10.0.0.9/24",
      gateway: "fd00::ff",
      excludeIps: ["10.0.0.10..10.0.0.30", "10.0.0.20", "fd00:0::9"],
    },
    { cidrBlock: "10.0.0.1/31", gateway: "10.0.0.0", excludeIps: ["192.168.0.1"] },
  ];
  for (const spec of specs) {
    const first = accepted(spec), second = accepted(first.normalised);
    assertEquals(second, first);
    assert(
      sameFamilyLayout(first.layout.v4, second.layout.v4) &&
        sameFamilyLayout(first.layout.v6, second.layout.v6),
    );
  }
});

Deno.test("exclusions outside the block are kept in the spec and count for nothing", () => {
  const { layout, normalised } = accepted({
    cidrBlock: "10.0.0.0/29",
    excludeIps: ["10.0.0.0", "10.0.0.7", "10.9.0.0..10.9.0.255", "10.0.0.5..10.0.0.200", "fd00::9"],
  });
  assertEquals(normalised.excludeIps, [
    "10.0.0.0",
    "10.0.0.1",
    "10.0.0.5..10.0.0.200",
    "10.9.0.0..10.9.0.255",
    "fd00::9",
  ]);
  assertEquals(layout.v4?.size, { hosts: 6n, excluded: 3n });
  assertEquals(layout.v4?.usable, [{ first: 0x0a000002, last: 0x0a000004 }]);
});

Deno.test("a block of two addresses uses both", () => {
  const { layout, normalised } = accepted({ cidrBlock: "10.0.0.4/31,fd00::/127" });
  assertEquals(normalised.gateway, "10.0.0.4,fd00::");
  assertEquals([layout.v4?.size, layout.v6?.size], [{ hosts: 2n, excluded: 1n }, {
    hosts: 2n,
    excluded: 1n,
  }]);
  assertEquals(layout.v4?.usable, [{ first: 0x0a000005, last: 0x0a000005 }]);
  assertEquals(problems({ cidrBlock: "10.0.0.4/31", gateway: "10.0.0.5" }), []);
});

Deno.test("the largest blocks cost no more than the smallest", () => {
  const { layout } = accepted({ cidrBlock: "10.0.0.0/8,fc00::/7" });
  assertEquals(layout.v4?.usable.length, 1);
  assertEquals(layout.v4?.size.hosts, (1n << 24n) - 2n);
  assertEquals(layout.v6?.size.hosts, (1n << 121n) - 2n);
});

Deno.test("a block that cannot be used is named with its remedy and CIDRInvalid", () => {
  for (
    const [cidrBlock, message] of [
      ["", "has no prefix length"],
      ["10.0.0.0", "has no prefix length"],
      ["10.0.0.0/24,", '"" has no prefix length'],
      ["10.0.0.0/24, fd00::/64", '" fd00::" is not an IP address'],
      ["10.0.0.0/32", "InvalidNetworkMask"],
      ["fd00::/128", "InvalidNetworkMask"],
      ["10.0.0.0/24,10.1.0.0/24", "more than one block of a family"],
      ["10.0.0.0/24,fd00::/64,10.1.0.0/24", "more than one block of a family"],
      ["127.0.0.0/24", "loopback"],
      ["::ffff:10.0.0.0/120", "write 10.0.0.0"],
      ["constructor", "no prefix length"],
    ] as const
  ) {
    const parsed = parseLayout({ cidrBlock });
    assert(!parsed.ok, cidrBlock);
    for (const { field, word, remedy } of parsed.problems) {
      assertEquals([field, word], ["spec.cidrBlock", "CIDRInvalid"]);
      assert(remedy !== "");
    }
    assertStringIncludes(parsed.problems.map(problemText).join(), message);
  }
});

Deno.test("a gateway that cannot be used is named with its remedy", () => {
  const v4 = { cidrBlock: "10.0.0.0/24" };
  assertEquals(problems({ ...v4, gateway: "10.0.1.1" }), [
    "spec.gateway: 10.0.1.1 is outside 10.0.0.0/24; choose an address inside it, such as 10.0.0.1",
  ]);
  assertStringIncludes(
    problems({ ...v4, gateway: "10.0.0.0" }).join(),
    "is the network address of 10.0.0.0/24",
  );
  assertStringIncludes(
    problems({ ...v4, gateway: "10.0.0.255" }).join(),
    "is the last address of 10.0.0.0/24",
  );
  assertStringIncludes(
    problems({ ...v4, gateway: "fd00::1" }).join(),
    "has no IPv6 block to lie in; remove it",
  );
  assertStringIncludes(problems({ ...v4, gateway: "10.0.0.1,fd00::1" }).join(), "fd00::1 has no IPv6 block");
  assertStringIncludes(
    problems({ ...v4, gateway: "10.0.0.1,10.0.0.2" }).join(),
    "more than one address of a family",
  );
  assertStringIncludes(problems({ ...v4, gateway: "10.0.0.1," }).join(), '"" is not an IP address');
  assertStringIncludes(problems({ ...v4, gateway: "nowhere" }).join(), '"nowhere" is not an IP address');
  assertStringIncludes(problems({ cidrBlock: "fd00::/64", gateway: "fd00::" }).join(), "network address");
});

Deno.test("everything that is wrong is said at once", () => {
  const said = problems({ cidrBlock: "10.0.0.0/24", gateway: "10.0.1.1", excludeIps: ["10.0.0.x"] });
  assertEquals(said.map((text) => text.split(":")[0]), ["spec.gateway", "spec.excludeIps[0]"]);
  const more = problems({ cidrBlock: "10.0.0.0/240", gateway: "10.0.1.1", excludeIps: ["10.0.0.x"] });
  assertEquals(more.map((text) => text.split(":")[0]), ["spec.cidrBlock", "spec.excludeIps[0]"]);
});

Deno.test("layouts differ when they give out different addresses, and only then", () => {
  const v4 = (spec: Omit<LayoutSpec, "cidrBlock">) =>
    accepted({ cidrBlock: "10.0.0.0/24", ...spec }).layout.v4;
  assert(
    sameFamilyLayout(
      v4({ excludeIps: ["10.0.0.3", "10.0.0.4"] }),
      v4({ excludeIps: ["10.0.0.3..10.0.0.4", "10.9.9.9"] }),
    ),
  );
  assert(!sameFamilyLayout(v4({}), v4({ excludeIps: ["10.0.0.3"] })));
  assert(
    !sameFamilyLayout(
      v4({ excludeIps: ["10.0.0.1..10.0.0.2"] }),
      v4({ gateway: "10.0.0.2", excludeIps: ["10.0.0.1"] }),
    ),
  );
  assert(!sameFamilyLayout(v4({}), accepted({ cidrBlock: "10.0.0.0/23" }).layout.v4));
  assert(!sameFamilyLayout(v4({}), undefined) && sameFamilyLayout(undefined, undefined));
});

const block = fc.constantFrom(
  "10.0.0.0/24",
  "10.0.0.0/31",
  "fd00::/120",
  "10.0.0.0/28,fd00::/127",
  "fd00::/64,10.0.0.0/8",
);
const exclusion = fc.oneof(
  fc.tuple(fc.nat(255), fc.nat(20)).map(([a, n]) =>
    `10.0.0.${a}..10.0.${Math.floor((a + n) / 256)}.${(a + n) % 256}`
  ),
  fc.tuple(fc.nat(255), fc.nat(20)).map(([a, n]) => `fd00::${a.toString(16)}..fd00::${(a + n).toString(16)}`),
);

Deno.test("hosts are exactly the excluded and the usable ones, and the gateway is excluded", () => {
  fc.assert(
    fc.property(block, fc.array(exclusion, { maxLength: 8 }), (cidrBlock, excludeIps) => {
      const { v4, v6 } = accepted({ cidrBlock, excludeIps }).layout;
      for (const family of [v4, v6]) {
        if (family === undefined) continue;
        const size = (runs: Iterable<{ first: number | bigint; last: number | bigint }>) =>
          [...runs].reduce((sum, run) => sum + sizeOf(run), 0n);
        assertEquals(family.size.hosts, sizeOf(family.hosts));
        assertEquals(family.size.excluded, size(family.excluded));
        assertEquals(size(family.excluded) + size(family.usable), size([family.hosts]));
        assert(family.excluded.some(({ first, last }) => first <= family.gateway && family.gateway <= last));
      }
    }),
  );
});

Deno.test("no spec makes the parser throw or its answer long", () => {
  fc.assert(
    fc.property(
      anyText,
      anyText,
      fc.array(anyText, { maxLength: 5 }),
      block,
      (cidr, gateway, excludeIps, good) => {
        for (const cidrBlock of [cidr, good]) {
          const parsed = parseLayout({ cidrBlock, gateway, excludeIps });
          if (!parsed.ok) assert(JSON.stringify(parsed.problems).length < 4_000);
          else assertEquals(parseLayout(parsed.normalised), parsed);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
