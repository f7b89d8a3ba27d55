/** Pools: parts of a subnet that are handed out only to those who name them. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseLayout } from "../../ipam/layout.ts";
import { Ledger } from "../../ipam/ledger.ts";
import { parsePool } from "../../ipam/pool.ts";
import { problemText } from "../../ipam/problem.ts";
import { anyText } from "./arbitraries.ts";

function setLayout(ledger: Ledger, cidrBlock: string, excludeIps: readonly string[] = []): void {
  const parsed = parseLayout({ cidrBlock, excludeIps });
  assert(parsed.ok);
  ledger.setLayout(parsed.layout);
}

/** Each older than the next. */
function ledgerOf(cidrBlock: string, pools: Readonly<Record<string, readonly string[]>>): Ledger {
  const ledger = new Ledger();
  setLayout(ledger, cidrBlock);
  for (const [rank, [name, ips]] of Object.entries(pools).entries()) {
    ledger.addPool(parsePool({ name, rank: `${rank}`, ips }));
  }
  return ledger;
}

const holder = { kind: "IP", name: "p", uid: "p" };
function draw(ledger: Ledger, count: number, pool?: string): (string | undefined)[] {
  return Array.from({ length: count }, () => {
    const address = ledger.next(4, { pool });
    if (address !== undefined) ledger.claim(address, holder);
    return address;
  });
}
const problems = (ledger: Ledger, pool: string) => ledger.pool(pool)?.problems.map(problemText);

Deno.test("pool: it is drawn from by name, lowest first, and nobody else draws from it", () => {
  const ledger = ledgerOf("10.0.0.0/29", { p: ["10.0.0.4", "10.0.0.2..10.0.0.3"] });
  assertEquals(draw(ledger, 3), ["10.0.0.5", "10.0.0.6", undefined]);
  assertEquals(draw(ledger, 4, "p"), ["10.0.0.2", "10.0.0.3", "10.0.0.4", undefined]);
});

Deno.test("pool: fresh addresses come before released ones, in each pool by itself", () => {
  const ledger = ledgerOf("10.0.0.0/28", { p: ["10.0.0.2..10.0.0.4"], q: ["10.0.0.8/30"] });
  assertEquals(draw(ledger, 1, "p"), ["10.0.0.2"]);
  ledger.unclaim("10.0.0.2", "p");
  assertEquals(draw(ledger, 2, "q"), ["10.0.0.8", "10.0.0.9"]);
  ledger.unclaim("10.0.0.8", "p");
  assertEquals(draw(ledger, 3, "p"), ["10.0.0.3", "10.0.0.4", "10.0.0.2"]);
  assertEquals(draw(ledger, 3, "q"), ["10.0.0.10", "10.0.0.11", "10.0.0.8"]);
});

Deno.test("pool: an address asked for may be of any pool, and counts to it", () => {
  const ledger = ledgerOf("10.0.0.0/28", { p: ["10.0.0.2..10.0.0.4"] });
  assertEquals(ledger.admit("10.0.0.3"), undefined);
  ledger.claim("10.0.0.3", holder);
  assertEquals(ledger.statistics(4, "p"), {
    hosts: 3n,
    using: 1n,
    available: 2n,
    excluded: 0n,
    usingRange: "10.0.0.3",
    availableRange: "10.0.0.2,10.0.0.4",
  });
  assertEquals(draw(ledger, 3, "p"), ["10.0.0.2", "10.0.0.4", undefined]);
});

Deno.test("pool: a later exclusion leaves it, for as long as it is there, and released addresses are fresh again", () => {
  const ledger = ledgerOf("10.0.0.0/29", { p: ["10.0.0.2..10.0.0.4"] });
  assertEquals(draw(ledger, 2, "p"), ["10.0.0.2", "10.0.0.3"]);
  setLayout(ledger, "10.0.0.0/29", ["10.0.0.3..10.0.0.4"]);
  const { using, available, excluded } = ledger.statistics(4, "p");
  assertEquals([using, available, excluded], [1n, 0n, 2n]);
  ledger.unclaim("10.0.0.3", "p");
  assertEquals(draw(ledger, 1, "p"), [undefined]);
  ledger.unclaim("10.0.0.2", "p");
  setLayout(ledger, "10.0.0.0/29");
  assertEquals(draw(ledger, 4, "p"), ["10.0.0.2", "10.0.0.3", "10.0.0.4", undefined]);
});

Deno.test("pool: what it loses or leaves behind goes back to everybody, and those who are there stay", () => {
  const ledger = ledgerOf("10.0.0.0/29", { p: ["10.0.0.2..10.0.0.5"] });
  assertEquals(draw(ledger, 1, "p"), ["10.0.0.2"]);
  ledger.removePool("p");
  ledger.addPool(parsePool({ name: "p", rank: "0", ips: ["10.0.0.5"] }));
  assertEquals(draw(ledger, 1), ["10.0.0.3"]);
  assertEquals(ledger.statistics(4, "p").usingRange, "");
  ledger.removePool("p");
  assertEquals(draw(ledger, 4), ["10.0.0.4", "10.0.0.5", "10.0.0.6", undefined]);
});

Deno.test("pool: of two that overlap the older one is in force; nobody draws from the other one, which stays set aside", () => {
  const pools = { old: ["10.0.0.2..10.0.0.4"], young: ["10.0.0.4..10.0.0.5"], apart: ["10.0.0.6"] };
  const ledger = ledgerOf("10.0.0.0/29", pools);
  assertEquals([draw(ledger, 1, "young"), draw(ledger, 1)], [[undefined], [undefined]]);
  assertEquals([draw(ledger, 3, "old"), draw(ledger, 1, "apart")], [
    ["10.0.0.2", "10.0.0.3", "10.0.0.4"],
    ["10.0.0.6"],
  ]);
  assertEquals(problems(ledger, "young"), [
    "spec.ips: 10.0.0.4 is also of IPPool old, which is older; take it out of one of the two",
  ]);
  assertEquals([ledger.contested(), ledger.poolsAt("10.0.0.4")], [["old", "young"], ["old", "young"]]);
  ledger.removePool("old");
  assertEquals(draw(ledger, 1, "young"), ["10.0.0.5"]);
});

Deno.test("pool: one that lost keeps no third one out, and lets it down when it gets into force", () => {
  const ledger = ledgerOf("10.0.0.0/28", {
    a: ["10.0.0.2..10.0.0.4"],
    b: ["10.0.0.4..10.0.0.6"],
    c: ["10.0.0.6..10.0.0.8"],
  });
  const inForce = () => ["a", "b", "c"].filter((name) => ledger.pool(name)?.problems.length === 0);
  assertEquals([inForce(), ledger.contested()], [["a", "c"], ["a", "b", "c"]]);
  ledger.removePool("a");
  assertEquals([inForce(), ledger.contested()], [["b"], ["b", "c"]]);
});

Deno.test("pool: entries outside the block contribute nothing, also not to an overlap", () => {
  const ledger = ledgerOf("10.0.0.0/29", { a: ["10.0.0.0/30", "10.9.0.0/16"], b: ["10.9.0.1", "10.0.0.7"] });
  assertEquals([problems(ledger, "a"), problems(ledger, "b")], [[], []]);
  assertEquals([ledger.statistics(4, "a").hosts, ledger.statistics(4, "b").hosts], [3n, 0n]);
});

Deno.test("pool: an entry that cannot be read is named with its field and a remedy; the others stay set aside", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["10.0.0.x", /^spec\.ips\[1\]: .*10\.0\.0\.x.*; write an address or first\.\.last$/],
    ["10.0.0.5..10.0.0.4", /^spec\.ips\[1\]: .* runs backwards; write 10\.0\.0\.4\.\.10\.0\.0\.5$/],
    ["10.0.0.4..fd00::1", /^spec\.ips\[1\]: .* mixes IPv4 and IPv6; write one range for each family$/],
    [
      "10.0.0.0/33",
      /^spec\.ips\[1\]: .* impossible prefix length; write an address, first\.\.last or a block$/,
    ],
    [
      "fd00::1",
      /^spec\.ips\[1\]: it is IPv6, and its Subnet has no IPv6 block; remove it, or add such a block/,
    ],
    ["", /^spec\.ips\[1\]: "" is no address; write one address, range or block, without blanks$/],
  ];
  for (const [entry, wanted] of cases) {
    const ledger = ledgerOf("10.0.0.0/29", { p: ["10.0.0.2..10.0.0.5", entry] });
    const [problem = "", ...others] = problems(ledger, "p") ?? [];
    assert(wanted.test(problem) && others.length === 0, problem);
    assertEquals([draw(ledger, 1, "p"), draw(ledger, 2)], [[undefined], ["10.0.0.6", undefined]]);
  }
});

Deno.test("pool: without any entry it says so", () => {
  assertEquals(problems(ledgerOf("10.0.0.0/29", { p: [] }), "p"), [
    "spec.ips: it is empty; list addresses, ranges first..last or blocks of its Subnet",
  ]);
});

Deno.test("pool: no text makes the parser throw or its reasons long", () => {
  fc.assert(fc.property(fc.array(anyText, { maxLength: 20 }), (ips) => {
    for (const problem of parsePool({ name: "p", rank: "", ips }).problems) {
      assert(problemText(problem).length < 400, problemText(problem));
    }
  }));
});

Deno.test("pool: a /8 of a /8 and all of an IPv6 block are one run each, and drawn from like any other", () => {
  const ledger = ledgerOf("10.0.0.0/8,fd00::/64", { p: ["10.0.0.0/8", "fd00::/64"] });
  assertEquals([ledger.next(4), ledger.next(6)], [undefined, undefined]);
  assertEquals([ledger.next(4, { pool: "p" }), ledger.next(6, { pool: "p" })], ["10.0.0.2", "fd00::2"]);
  assertEquals(ledger.statistics(6, "p").available, 2n ** 64n - 3n);
});
