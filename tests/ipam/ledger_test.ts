import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Family } from "../../ipam/address.ts";
import { parseCidr } from "../../ipam/cidr.ts";
import { type Layout, type LayoutSpec, parseLayout } from "../../ipam/layout.ts";
import { Ledger } from "../../ipam/ledger.ts";
import { parsePool } from "../../ipam/pool.ts";
import { anyText } from "./arbitraries.ts";

function layoutOf(spec: LayoutSpec): Layout {
  const parsed = parseLayout(spec);
  assert(parsed.ok);
  return parsed.layout;
}

function ledgerOf(spec: LayoutSpec): Ledger {
  const ledger = new Ledger();
  ledger.setLayout(layoutOf(spec));
  return ledger;
}

const ip = (name: string) => ({ kind: "IP", name, uid: `uid-${name}` });

function draw(ledger: Ledger, count: number, family: Family = 4): (string | undefined)[] {
  return Array.from({ length: count }, () => {
    const address = ledger.next(family);
    if (address !== undefined) ledger.claim(address, ip("drawn"));
    return address;
  });
}

function counts(ledger: Ledger, family: Family = 4): number[] {
  const { hosts, using, available, excluded } = ledger.counters(family);
  return [hosts, using, available, excluded].map(Number);
}

Deno.test("addresses are handed out lowest first, without gateway and excluded ones, until none is left", () => {
  const ledger = ledgerOf({
    cidrBlock: "10.0.0.0/29,fd00::/126",
    gateway: "10.0.0.3",
    excludeIps: ["10.0.0.5"],
  });
  assertEquals(draw(ledger, 5), ["10.0.0.1", "10.0.0.2", "10.0.0.4", "10.0.0.6", undefined]);
  assertEquals(draw(ledger, 2, 6), ["fd00::2", undefined]);
});

Deno.test("a block of two addresses hands out the one that is not the gateway", () => {
  assertEquals(draw(ledgerOf({ cidrBlock: "10.0.0.0/31,fd00::/127" }), 2), ["10.0.0.1", undefined]);
  assertEquals(draw(ledgerOf({ cidrBlock: "10.0.0.0/31,fd00::/127" }), 2, 6), ["fd00::1", undefined]);
});

Deno.test("an address that was given back waits until every fresh one was used, and then for the next round", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29" });
  assertEquals(draw(ledger, 2), ["10.0.0.2", "10.0.0.3"]);
  ledger.unclaim("10.0.0.2", "uid-drawn");
  assertEquals(draw(ledger, 3), ["10.0.0.4", "10.0.0.5", "10.0.0.6"]);
  ledger.unclaim("10.0.0.5", "uid-drawn");
  ledger.unclaim("10.0.0.4", "uid-drawn");
  assertEquals(draw(ledger, 1), ["10.0.0.2"]);
  ledger.unclaim("10.0.0.3", "uid-drawn");
  assertEquals(draw(ledger, 4), ["10.0.0.4", "10.0.0.5", "10.0.0.3", undefined]);
});

Deno.test("a changed layout starts at its lowest address again, and the same one does not", () => {
  const ledger = ledgerOf({ cidrBlock: "10.16.0.0/16", excludeIps: ["10.16.0.1"] });
  draw(ledger, 3);
  ledger.unclaim("10.16.0.2", "uid-drawn");
  ledger.setLayout(layoutOf({ cidrBlock: "10.16.0.0/16" }));
  assertEquals(ledger.next(4), "10.16.0.5");
  ledger.setLayout(layoutOf({ cidrBlock: "10.16.0.0/16", excludeIps: ["10.16.9.9"] }));
  assertEquals(ledger.next(4), "10.16.0.2");
  ledger.setLayout(layoutOf({ cidrBlock: "10.17.0.0/16", excludeIps: ["10.17.0.1"] }));
  assertEquals(ledger.next(4), "10.17.0.2");
});

Deno.test("without a layout nothing is handed out or counted, and nothing is forgotten", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/24" });
  draw(ledger, 2);
  ledger.unclaim("10.0.0.2", "uid-drawn");
  ledger.setLayout(undefined);
  assertEquals(ledger.layout, undefined);
  assertEquals([ledger.next(4), ledger.size, ledger.isFree("10.0.0.3")], [undefined, 1, false]);
  assertEquals(counts(ledger), [0, 0, 0, 0]);
  assertEquals(ledger.admit("10.0.0.9")?.word, "NoSubnet");
  ledger.claim("10.0.0.4", ip("meanwhile"));
  ledger.setLayout(layoutOf({ cidrBlock: "10.0.0.0/24" }));
  assertEquals([ledger.next(4), ledger.size], ["10.0.0.5", 2]);
  assertEquals(ledger.layout, layoutOf({ cidrBlock: "10.0.0.0/24" }));
});

Deno.test("claims that come before the layout count once it is there", () => {
  const ledger = new Ledger();
  ledger.claim("10.0.0.2", ip("early"));
  ledger.occupy("10.0.0.3", "Pod app/early");
  ledger.setLayout(layoutOf({ cidrBlock: "10.0.0.0/29" }));
  assertEquals(counts(ledger), [6, 1, 4, 1]);
  assertEquals(ledger.next(4), "10.0.0.4");
});

Deno.test("when all fresh addresses are to be skipped, one that was given back is found", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29" });
  draw(ledger, 2);
  ledger.unclaim("10.0.0.3", "uid-drawn");
  const skip = new Set(["10.0.0.4", "10.0.0.5", "10.0.0.6"]);
  assertEquals(ledger.next(4, { skip }), "10.0.0.3");
  assertEquals(ledger.next(4, { skip: new Set([...skip, "10.0.0.3"]) }), undefined);
  assertEquals(ledger.next(4, { skip: new Set() }), "10.0.0.4");
});

Deno.test("whole intervals can be avoided, however large", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/8,fd00::/32" });
  const avoid = ["10.0.0.0/9", "10.128.0.0/16", "fd00::/33"].flatMap((text) => parseCidr(text) ?? []);
  assertEquals(ledger.next(4, { avoid }), "10.129.0.0");
  assertEquals(ledger.next(6, { avoid }), "fd00:0:8000::");
  assertEquals(ledger.next(4, { avoid, skip: new Set(["10.129.0.0"]) }), "10.129.0.1");
  assertEquals(ledger.next(4, { avoid: [{ first: 0, last: 0xffffffff }] }), undefined);
});

Deno.test("an address stays occupied until its claim, its record and its pod are gone, and counts while it is claimed", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29" });
  ledger.occupy("10.0.0.2", "IP web.app");
  ledger.claim("10.0.0.2", ip("web.app"));
  ledger.occupy("10.0.0.2", "Pod app/web");
  assertEquals([counts(ledger), ledger.next(4)], [[6, 1, 4, 1], "10.0.0.3"]);
  ledger.unclaim("10.0.0.2", "uid-web.app");
  ledger.vacate("10.0.0.2", "IP web.app");
  assertEquals([counts(ledger), ledger.next(4), ledger.isFree("10.0.0.2")], [
    [6, 0, 5, 1],
    "10.0.0.3",
    false,
  ]);
  ledger.vacate("10.0.0.2", "Pod app/web");
  assertEquals(ledger.isFree("10.0.0.2"), true);
});

Deno.test("two claims of one address count once, in whatever spelling", () => {
  const ledger = ledgerOf({ cidrBlock: "fd00::/120" });
  ledger.claim("FD00::0005", ip("a"));
  ledger.claim("fd00::5", ip("b"));
  assertEquals([counts(ledger, 6), ledger.size], [[254, 1, 252, 1], 2]);
  ledger.unclaim("fd00:0::5", "uid-a");
  assertEquals([counts(ledger, 6), ledger.size], [[254, 1, 252, 1], 1]);
  assertEquals(ledger.holders("fd00::5"), { claims: [ip("b")], others: [] });
});

Deno.test("claims on excluded and outside addresses are not counted but keep the subnet", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29", excludeIps: ["10.0.0.4"] });
  for (const address of ["10.0.0.4", "10.0.0.0", "10.9.9.9", "fd00::1", "0a:00:5e:00:53:01"]) {
    ledger.claim(address, ip("x"));
  }
  assertEquals([counts(ledger), ledger.size], [[6, 0, 4, 2], 5]);
  assertEquals(ledger.statistics(4).usingRange, "");
});

Deno.test("an address that is excluded while in use stays its holder's, and is handed out to nobody when it comes back", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29" });
  draw(ledger, 1);
  const excluding = layoutOf({ cidrBlock: "10.0.0.0/29", excludeIps: ["10.0.0.2..10.0.0.3"] });
  ledger.setLayout(excluding);
  assertEquals([counts(ledger), ledger.next(4)], [[6, 0, 3, 3], "10.0.0.4"]);
  ledger.setLayout(layoutOf({ cidrBlock: "10.0.0.0/29" }));
  assertEquals([counts(ledger), ledger.next(4)], [[6, 1, 4, 1], "10.0.0.3"]);
  ledger.setLayout(excluding);
  ledger.unclaim("10.0.0.2", "uid-drawn");
  assertEquals(draw(ledger, 4), ["10.0.0.4", "10.0.0.5", "10.0.0.6", undefined]);
});

Deno.test("gateways, EIPs and a Vip in one small external subnet add up", () => {
  const ledger = ledgerOf({ cidrBlock: "192.168.50.0/28" });
  draw(ledger, 8);
  assertEquals(ledger.statistics(4), {
    hosts: 14n,
    using: 8n,
    available: 5n,
    excluded: 1n,
    usingRange: "192.168.50.2-192.168.50.9",
    availableRange: "192.168.50.10-192.168.50.14",
  });
});

Deno.test("counters of the largest blocks are exact", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/8,fd00::/64", excludeIps: ["fd00::1..fd00::ff"] });
  ledger.claim("fd00::ffff:0:0:1", ip("far"));
  assertEquals(ledger.statistics(6), {
    hosts: (1n << 64n) - 2n,
    using: 1n,
    available: (1n << 64n) - 2n - 255n - 1n,
    excluded: 255n,
    usingRange: "fd00::ffff:0:0:1",
    availableRange: "fd00::100-fd00::ffff:0:0:0,fd00::ffff:0:0:2-fd00::ffff:ffff:ffff:fffe",
  });
  assertEquals(ledger.statistics(4).availableRange, "10.0.0.2-10.255.255.254");
});

Deno.test("ranges end after 1,024 runs, and counters do not", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/16" });
  for (let n = 1; n <= 1_500; n++) {
    ledger.claim(`10.0.${Math.floor(n / 100)}.${2 * (n % 100) + 2}`, ip(`${n}`));
  }
  const { using, usingRange, availableRange } = ledger.statistics(4);
  assertEquals(using, 1_500n);
  assert(usingRange.endsWith(",...") && availableRange.endsWith(",..."));
  assertEquals(usingRange.split(",").length, 1_025);
});

Deno.test("an address that is asked for is checked against block, hosts, gateway and holders, in this order", () => {
  const ledger = ledgerOf({ cidrBlock: "10.66.0.0/24", excludeIps: ["10.66.0.20"] });
  ledger.claim("10.66.0.5", ip("web.app"));
  ledger.occupy("10.66.0.6", "Pod app/web");
  const said = (address: string) => {
    const refusal = ledger.admit(address);
    return refusal && `${refusal.word}: ${refusal.message}`;
  };
  assertEquals(said("10.66.0.7"), undefined);
  assertEquals(said("10.66.0.20"), undefined);
  assertEquals(said("10.67.0.7"), "AddressOutOfRange: 10.67.0.7 is outside 10.66.0.0/24");
  assertEquals(said("fd00::7"), "AddressOutOfRange: fd00::7 is outside 10.66.0.0/24");
  assertEquals(
    said("10.66.0.0"),
    "AddressOutOfRange: 10.66.0.0 is the network address of 10.66.0.0/24 and never handed out",
  );
  assertEquals(
    said("10.66.0.255"),
    "AddressOutOfRange: 10.66.0.255 is the last address of 10.66.0.0/24 and never handed out",
  );
  assertEquals(said("10.66.0.1"), "AddressConflict: 10.66.0.1 is the gateway");
  assertEquals(said("10.66.0.5"), "AddressConflict: 10.66.0.5 is held by IP web.app");
  assertEquals(said("10.66.0.6"), "AddressConflict: 10.66.0.6 is held by Pod app/web");
  assertEquals(said("10.66.0.x"), 'AddressOutOfRange: "10.66.0.x" is not an IP address');
});

Deno.test("nobody conflicts with itself, and everybody with the gateway", () => {
  const ledger = ledgerOf({ cidrBlock: "10.66.0.0/24" });
  const own = new Set(["uid-web.app", "Pod app/web"]);
  ledger.claim("10.66.0.5", ip("web.app"));
  ledger.occupy("10.66.0.5", "Pod app/web");
  assertEquals(ledger.admit("10.66.0.5", { own }), undefined);
  ledger.occupy("10.66.0.5", "IptablesEIP other");
  assertEquals(ledger.admit("10.66.0.5", { own })?.message, "10.66.0.5 is held by IptablesEIP other");
  ledger.claim("10.66.0.1", ip("web.app"));
  assertEquals(ledger.admit("10.66.0.1", { own })?.message, "10.66.0.1 is the gateway");
});

Deno.test("MAC addresses are a space of their own, in any spelling, with or without a layout", () => {
  const ledger = new Ledger();
  ledger.claim("0A-00-5E-00-53-01", ip("web.app"));
  ledger.occupy("0a:00:5e:00:53:02", "IP old.app");
  assertEquals([ledger.isFree("0a:00:5e:00:53:01"), ledger.isFree("0a:00:5e:00:53:02")], [false, false]);
  assertEquals(ledger.admit("0a:00:5e:00:53:01")?.message, "0a:00:5e:00:53:01 is held by IP web.app");
  assertEquals(ledger.admit("0a:00:5e:00:53:03"), undefined);
  ledger.unclaim("0a:00:5e:00:53:01", "uid-web.app");
  ledger.vacate("0A:00:5E:00:53:02", "IP old.app");
  assertEquals([ledger.isFree("0a:00:5e:00:53:01"), ledger.isFree("0a:00:5e:00:53:02"), ledger.size], [
    true,
    true,
    0,
  ]);
});

Deno.test("the claims inside an interval, and those a new layout would lose, are named in ascending order", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/16,fd00::/64" });
  for (const address of ["10.0.1.9", "fd00::1:0:5", "10.0.0.3", "10.0.0.255", "fd00::5"]) {
    ledger.claim(address, ip(address));
  }
  ledger.occupy("10.0.1.10", "Pod app/web");
  const overlap = parseCidr("10.0.0.0/24");
  assert(overlap !== undefined);
  assertEquals(ledger.claimsIn(overlap), [
    { address: "10.0.0.3", holder: ip("10.0.0.3") },
    { address: "10.0.0.255", holder: ip("10.0.0.255") },
  ]);
  for (const address of ["100.64.0.1", "2.0.0.1"]) ledger.claim(address, ip(address));
  assertEquals(ledger.claimsIn({ first: 0, last: 0xffffffff }).map(({ address }) => address), [
    "2.0.0.1",
    "10.0.0.3",
    "10.0.0.255",
    "10.0.1.9",
    "100.64.0.1",
  ]);
  for (const address of ["100.64.0.1", "2.0.0.1"]) ledger.unclaim(address, ip(address).uid);
  const outside = (spec: LayoutSpec) => {
    ledger.setLayout(layoutOf(spec));
    return ledger.claimsOutside().map(({ address }) => address);
  };
  assertEquals(outside({ cidrBlock: "10.0.0.0/15,fd00::/48", excludeIps: ["10.0.0.3"] }), []);
  assertEquals(outside({ cidrBlock: "10.0.0.0/24,fd00::/96" }), ["10.0.0.255", "10.0.1.9", "fd00::1:0:5"]);
  ledger.unclaim("10.0.1.9", ip("10.0.1.9").uid);
  ledger.claim("10.0.1.7", ip("late"));
  assertEquals(outside({ cidrBlock: "10.0.0.0/24,fd00::/96" }), ["10.0.0.255", "10.0.1.7", "fd00::1:0:5"]);
  assertEquals(outside({ cidrBlock: "10.0.0.0/16" }), ["fd00::5", "fd00::1:0:5"]);
});

Deno.test("leaving without having entered changes nothing", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29" });
  ledger.claim("10.0.0.2", ip("a"));
  ledger.unclaim("10.0.0.2", "uid-b");
  ledger.unclaim("10.0.0.3", "uid-a");
  ledger.vacate("10.0.0.2", "uid-a");
  assertEquals([counts(ledger), ledger.size, ledger.next(4)], [[6, 1, 4, 1], 1, "10.0.0.3"]);
});

Deno.test("text that is no address is ignored by every change and refused by every request", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29" });
  fc.assert(
    fc.property(anyText, (text) => {
      ledger.claim(text, ip(text));
      ledger.occupy(text, text);
      const refusal = ledger.admit(text);
      assert(refusal === undefined ? ledger.isFree(text) : refusal.message.length < 200);
      ledger.unclaim(text, ip(text).uid);
      ledger.vacate(text, text);
      assertEquals([ledger.size, ledger.isFree(text)], [0, true]);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("an address that rests is handed out last of all, and like any other once it has rested", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29" });
  assertEquals(draw(ledger, 3), ["10.0.0.2", "10.0.0.3", "10.0.0.4"]);
  ledger.rest("10.0.0.2");
  ledger.rest("10.0.0.3");
  for (const address of ["10.0.0.2", "10.0.0.3", "10.0.0.4"]) ledger.unclaim(address, "uid-drawn");
  assertEquals(counts(ledger), [6, 0, 5, 1]);
  assertEquals(draw(ledger, 3), ["10.0.0.5", "10.0.0.6", "10.0.0.4"]);
  ledger.rested("10.0.0.3");
  assertEquals(draw(ledger, 3), ["10.0.0.3", "10.0.0.2", undefined]);
});

Deno.test("an address rests as often as it was told to, whatever happens around it", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29" });
  for (let i = 0; i < 2; i++) ledger.rest("10.0.0.2");
  ledger.setLayout(layoutOf({ cidrBlock: "10.0.0.0/29", excludeIps: ["10.0.0.6"] }));
  ledger.addPool(parsePool({ name: "p", rank: "1", ips: ["10.0.0.5"] }));
  ledger.rested("10.0.0.2");
  assertEquals(draw(ledger, 3), ["10.0.0.3", "10.0.0.4", "10.0.0.2"]);
  ledger.rested("10.0.0.2");
  ledger.rested("10.0.0.x");
  ledger.unclaim("10.0.0.2", "uid-drawn");
  ledger.unclaim("10.0.0.3", "uid-drawn");
  assertEquals(draw(ledger, 2), ["10.0.0.2", "10.0.0.3"]);
});

Deno.test("an address that anybody asks for can be had while it rests", () => {
  const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29,fd00::/125" });
  for (const address of ["10.0.0.2", "fd00::2"]) {
    ledger.rest(address);
    assertEquals([ledger.admit(address), ledger.isFree(address)], [undefined, true]);
  }
  assertEquals([ledger.next(4), ledger.next(6)], ["10.0.0.3", "fd00::3"]);
});

Deno.test("who is at an address is told alike, whoever came first", () => {
  const said = [["IP a", "Pod p/a"], ["Pod p/a", "IP a"]].map((order) => {
    const ledger = ledgerOf({ cidrBlock: "10.0.0.0/29" });
    for (const by of order) ledger.occupy("10.0.0.3", by);
    return ledger.admit("10.0.0.3")?.message;
  });
  assertEquals(said, ["10.0.0.3 is held by IP a", "10.0.0.3 is held by IP a"]);
});
