import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { deriveMac, formatMac, freeMac, isUnicastMac, parseMac } from "../../ipam/mac.ts";
import { anyText } from "./arbitraries.ts";

const seed = fc.record({ podUid: fc.uuid(), provider: fc.constantFrom("ovn", "net1.default.ovn", "") });

Deno.test("a MAC survives being printed and read, in either case and with either separator", () => {
  fc.assert(fc.property(fc.nat(2 ** 24), fc.nat(2 ** 24 - 1), (high, low) => {
    const mac = (high % 2 ** 24) * 2 ** 24 + low;
    const text = formatMac(mac);
    assertEquals(text.length, 17);
    for (const spelling of [text, text.toUpperCase(), text.replaceAll(":", "-")]) {
      assertEquals(parseMac(spelling), mac);
    }
  }));
  assertEquals(formatMac(0x0a005e005301), "0a:00:5e:00:53:01");
});

Deno.test("what is no 48-bit MAC is refused", () => {
  for (
    const text of [
      "",
      "0a:00:5e:00:53",
      "0a:00:5e:00:53:01:02",
      "0a:00:5e:00:53:0g",
      "0a:00-5e:00:53:01",
      "0a:0:5e:00:53:001",
      "0a005e005301",
      "+a:00:5e:00:53:01",
      " a:00:5e:00:53:01",
      "10.0.0.1",
    ]
  ) assertEquals(parseMac(text), undefined, text);
  fc.assert(fc.property(anyText, (text) => {
    const mac = parseMac(text);
    assert(mac === undefined || formatMac(mac) === text.toLowerCase().replaceAll("-", ":"));
  }));
});

Deno.test("group addresses and all zeros are no unicast MACs", () => {
  const unicast = (text: string) => isUnicastMac(parseMac(text) ?? 0);
  assertEquals(unicast("0a:00:5e:00:53:01"), true);
  assertEquals(unicast("00:00:5e:00:53:01"), true);
  assertEquals(unicast("01:00:5e:00:53:01"), false);
  assertEquals(unicast("ff:ff:ff:ff:ff:ff"), false);
  assertEquals(unicast("00:00:00:00:00:00"), false);
});

Deno.test("a derived MAC is unicast, locally administered, canonical and always the same", () => {
  fc.assert(fc.property(seed, fc.nat(5), (interface_, attempt) => {
    const text = deriveMac(interface_, { attempt });
    const mac = parseMac(text);
    assert(mac !== undefined && isUnicastMac(mac));
    assertEquals(Math.floor(mac / 2 ** 40) & 0x03, 0x02);
    assertEquals(formatMac(mac), text);
    assertEquals(deriveMac({ ...interface_ }, { attempt }), text);
  }));
});

Deno.test("every part of the seed matters to a derived MAC", () => {
  const of = (podUid: string, provider: string, attempt: number) =>
    deriveMac({ podUid, provider }, { attempt });
  const mac = of("a", "b", 0);
  for (
    const other of [of("x", "b", 0), of("a", "x", 0), of("a", "b", 1), of("ab", "", 0), of('a","b', "", 0)]
  ) {
    assertNotEquals(other, mac);
  }
});

Deno.test("46 bits of a derived MAC vary", () => {
  let ones = 0n, zeros = 0n;
  for (let i = 0; i < 200; i++) {
    const mac = BigInt(parseMac(deriveMac({ podUid: `${i}`, provider: "ovn" }, { attempt: 0 })) ?? 0);
    ones |= mac;
    zeros |= ~mac & 0xffff_ffff_ffffn;
  }
  assertEquals(ones & zeros, 0xfcff_ffff_ffffn);
});

Deno.test("the first derived MAC that nobody has is taken", () => {
  const seed = { podUid: "6f1c", provider: "ovn" };
  const taken = new Set([0, 1, 2].map((attempt) => deriveMac(seed, { attempt })));
  assertEquals(freeMac(seed, { isFree: (mac) => !taken.has(mac) }), deriveMac(seed, { attempt: 3 }));
});
