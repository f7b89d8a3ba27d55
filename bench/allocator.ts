/**
 * How long it takes to allocate and release one address, beside what a `Map` of as many entries needs for a set and a delete.
 *
 * Usage: `deno run -A bench/allocator.ts [-o json]`
 */
import { parseArgs } from "node:util";
import { type Address, type Family, parseAddress } from "../ipam/address.ts";
import { parseLayout } from "../ipam/layout.ts";
import { Ledger } from "../ipam/ledger.ts";
import { print, type Row } from "./row.ts";

const BLOCKS = { 4: "10.0.0.0/8", 6: "fd00:10::/64" } as const;
const GOALS = { 4: 1_000, 6: 2_000 } as const;
const FRAGMENTS = [0, 1_000, 100_000];
const BATCHES = 31, PER_BATCH = 20_000;
const holder = { kind: "IP", name: "web-0.prod", uid: "0d3f4ab1-3c7a-4f0e-9c3c-0a4b5f1f9f11" };

/** Every other of twice as many addresses is in use; the others were given back. */
function fragmented(
  family: Family,
  fragments: number,
): { readonly ledger: Ledger; readonly used: readonly string[] } {
  const parsed = parseLayout({ cidrBlock: BLOCKS[family] });
  if (!parsed.ok) throw new Error(`Cannot read the block ${BLOCKS[family]}`);
  const ledger = new Ledger();
  ledger.setLayout(parsed.layout);
  const drawn = Array.from({ length: 2 * fragments }, () => {
    const address = next(ledger, family);
    ledger.claim(address, holder);
    return address;
  });
  for (let i = 0; i < drawn.length; i += 2) ledger.unclaim(drawn[i]!, holder.uid);
  return { ledger, used: drawn.filter((_, i) => i % 2 === 1) };
}

function next(ledger: Ledger, family: Family): string {
  const address = ledger.next(family);
  if (address === undefined) throw new Error(`Cannot find a free address of IPv${family}`);
  return address;
}

/** The median of the batches, in nanoseconds for one call. */
function time(run: () => void): number {
  const batches = Array.from({ length: BATCHES }, () => {
    const start = performance.now();
    for (let i = 0; i < PER_BATCH; i++) run();
    return (performance.now() - start) * 1e6 / PER_BATCH;
  });
  return batches.toSorted((a, b) => a - b)[(BATCHES - 1) / 2]!;
}

function measure(family: Family, fragments: number): Row {
  const { ledger, used } = fragmented(family, fragments);
  const entries = new Map<Address, typeof holder>(used.map((address) => [parseAddress(address)!, holder]));
  let key = parseAddress(next(ledger, family))!;
  const floorNs = time(() => {
    if (typeof key === "number") key++;
    else key++;
    entries.set(key, holder);
    entries.delete(key);
  });
  const ns = time(() => {
    const address = next(ledger, family);
    ledger.claim(address, holder);
    ledger.unclaim(address, holder.uid);
  });
  return {
    what: `IPv${family} allocate and release, ${fragments} fragments`,
    value: ns,
    unit: "ns",
    floor: floorNs,
    ratio: ns / floorNs,
    goal: `≤ ${GOALS[family]}`,
    met: ns <= GOALS[family],
  };
}

/** All rows about the allocator; the floor is a Map of as many entries. */
export function allocator(): Row[] {
  return ([4, 6] as const).flatMap((family) => FRAGMENTS.map((fragments) => measure(family, fragments)));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { output: { type: "string", short: "o" } } });
  print(allocator(), { json: values.output === "json" });
}
