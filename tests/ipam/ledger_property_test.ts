import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatAddress } from "../../ipam/address.ts";
import { type Layout, parseLayout } from "../../ipam/layout.ts";
import { Ledger } from "../../ipam/ledger.ts";
import { parsePool, type Pool } from "../../ipam/pool.ts";
import { type LedgerLike, LedgerModel } from "./ledger_model.ts";

const layouts: readonly (Layout | undefined)[] = [
  { cidrBlock: "10.0.0.0/28,fd00::/124" },
  { cidrBlock: "10.0.0.0/28,fd00::/124", excludeIps: ["10.0.0.4", "fd00::3..fd00::6"] },
  { cidrBlock: "10.0.0.0/28,fd00::/124", gateway: "10.0.0.2" },
  { cidrBlock: "10.0.0.0/27", excludeIps: ["10.0.0.1..10.0.0.18"] },
  { cidrBlock: "10.0.0.8/30,fd00::8/125" },
  { cidrBlock: "fd00::/127" },
].map((spec) => {
  const parsed = parseLayout(spec);
  assert(parsed.ok);
  return parsed.layout;
});

/** Apart, overlapping, at the edges and outside of the blocks above, of one family or of both; one has a typo, one has nothing. */
const pools: readonly Pool[] = [
  ["10.0.0.2..10.0.0.5", "fd00::2"],
  ["10.0.0.5", "10.0.0.9..10.0.0.14"],
  ["10.0.0.6..10.0.0.7"],
  ["10.0.0.0/29", "fd00::4..fd00::9"],
  ["fd00::8/126", "10.9.0.0/16"],
  ["10.0.0.12", "10.0.0.x"],
  [],
].map((ips, i) => parsePool({ name: `p${i}`, rank: String(i * 5 % 7), ips }));

/** In canonical spelling; inside, at the edges of, and outside the blocks above. */
const ADDRESSES = Array.from({ length: 20 }, (_, n) => [
  formatAddress(0x0a000000 + n),
  formatAddress((0xfd00n << 112n) + BigInt(n)),
]).flat();

const POOLS = [undefined, ...pools.map(({ name }) => name)];

const address = fc.constantFrom(...ADDRESSES, "10.0.0.x").chain((text) =>
  fc.constantFrom(text, text.toUpperCase())
);
const by = fc.constantFrom("a", "b", "c");
const family = fc.constantFrom(4 as const, 6 as const);
const holderOf = (uid: string) => ({ kind: "IP", name: `ip-${uid}`, uid });

/** One change, to be made to a ledger and to its model alike. */
type Step = (ledger: LedgerLike) => void;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(family, by, fc.constantFrom(...POOLS)).map(
      ([family, uid, pool]): Step => (ledger) => {
        const drawn = ledger.next(family, { pool });
        if (drawn !== undefined) ledger.claim(drawn, holderOf(uid));
      },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(address, by).map(([at, uid]): Step => (ledger) => ledger.claim(at, holderOf(uid))),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(address, by).map(([at, name]): Step => (ledger) => ledger.occupy(at, name)),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(address, by).map(([at, uid]): Step => (ledger) => ledger.unclaim(at, uid)),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(address, by).map(([at, name]): Step => (ledger) => ledger.vacate(at, name)),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...pools), fc.boolean()).map(([pool, stays]): Step => (ledger) => {
      if (ledger.pool(pool.name)) ledger.removePool(pool.name);
      if (stays) ledger.addPool(pool);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(undefined, ...layouts).map((layout): Step => (ledger) =>
      ledger.setLayout(layout)
    ),
  },
);

/** Everything that can be read. */
function observe(ledger: LedgerLike, { skip }: { readonly skip: ReadonlySet<string> }) {
  return {
    size: ledger.size,
    families: ([4, 6] as const).flatMap((family) =>
      POOLS.map((pool) => ({
        next: ledger.next(family, { pool }),
        nextElse: ledger.next(family, { skip, pool }),
        statistics: ledger.statistics(family, pool),
      }))
    ),
    pools: pools.map(({ name }) => {
      const standing = ledger.pool(name);
      return standing && [standing.problems.length > 0, standing.rival !== undefined];
    }),
    at: ADDRESSES.map((at) => [...ledger.poolsAt(at)].sort()),
    holders: ADDRESSES.map((at) => ledger.holders(at)),
    free: ADDRESSES.map((at) => ledger.isFree(at)),
  };
}

Deno.test("a ledger does what lists of addresses walked from end to end would do, and reading changes nothing", () => {
  const history = fc.array(step, { maxLength: 120, size: "max" });
  const skipped = fc.uniqueArray(fc.constantFrom(...ADDRESSES), { maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...layouts), history, skipped, (layout, steps, skipped) => {
      const ledger = new Ledger(), model = new LedgerModel(), skip = new Set(skipped);
      for (const step of [(subject: LedgerLike) => subject.setLayout(layout), ...steps]) {
        step(ledger);
        step(model);
        const wanted = observe(model, { skip });
        assertEquals(observe(ledger, { skip }), wanted);
        assertEquals(observe(ledger, { skip }), wanted);
        for (const { statistics: { using, available, excluded, hosts } } of wanted.families) {
          assertEquals(using + available + excluded, hosts);
        }
      }
    }),
    { numRuns: 200 },
  );
});
