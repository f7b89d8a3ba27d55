/** What a ledger must do, as plainly as it can be said: lists and sets of addresses, walked from end to end. */
import { type Address, type Family, familyOf, formatAddress, parseAddress } from "../../ipam/address.ts";
import { sameFamilyLayout } from "../../ipam/family_layout.ts";
import { includes, next } from "../../ipam/interval.ts";
import { type Layout, sameLayout } from "../../ipam/layout.ts";
import type { Ledger } from "../../ipam/ledger.ts";
import type { Holder, Holders } from "../../ipam/occupancy.ts";
import type { Pool } from "../../ipam/pool.ts";
import type { Standing } from "../../ipam/pools.ts";
import type { Statistics } from "../../ipam/space.ts";

/** What a ledger and its model have in common. */
export type LedgerLike = Pick<
  Ledger,
  | "claim"
  | "unclaim"
  | "occupy"
  | "vacate"
  | "setLayout"
  | "next"
  | "holders"
  | "isFree"
  | "statistics"
  | "size"
  | "addPool"
  | "removePool"
  | "pool"
  | "poolsAt"
>;

interface Occupant {
  readonly address: Address;
  readonly by: Holder | string;
}

export class LedgerModel implements LedgerLike {
  #layout: Layout | undefined;
  #last: Layout | undefined;
  #occupants: Occupant[] = [];
  #fresh = new Set<Address>();
  #released = new Set<Address>();
  #pools: Pool[] = [];
  /** Shares since pools or layout last changed. */
  #known = new Map<Address, string | undefined>();

  get size(): number {
    return this.#occupants.filter(({ by }) => typeof by !== "string").length;
  }

  setLayout(layout: Layout | undefined): void {
    this.#layout = layout;
    if (layout === undefined) return;
    for (const side of ["v4", "v6"] as const) {
      const isSame = sameFamilyLayout<Address>(layout[side], this.#last?.[side]);
      if (this.#pools.length === 0 ? isSame : sameLayout(layout, this.#last)) continue;
      this.#refresh(side === "v4" ? 4 : 6);
    }
    this.#last = layout;
  }

  addPool(pool: Pool): void {
    this.#pools = [...this.#pools, pool].sort((a, b) => a.rank < b.rank ? -1 : 1);
    this.#refresh(4);
    this.#refresh(6);
  }

  removePool(name: string): void {
    this.#pools = this.#pools.filter((pool) => pool.name !== name);
    this.#refresh(4);
    this.#refresh(6);
  }

  /** Only whether it is in force, and who is in its way. */
  pool(name: string): Standing | undefined {
    const pool = this.#pools.find((one) => one.name === name);
    if (!pool) return undefined;
    const rival = this.#rivalOf(pool);
    const problem = { field: "", message: "", remedy: "" };
    return { pool, v4: [], v6: [], problems: rival || this.#isBroken(pool) ? [problem] : [], rival };
  }

  poolsAt(text: string): readonly string[] {
    const address = parseAddress(text);
    if (address === undefined) return [];
    return this.#pools.filter((pool) => this.#members(pool).includes(address)).map(({ name }) => name);
  }

  /** Everything is fresh again. */
  #refresh(family: Family): void {
    this.#known.clear();
    for (const set of [this.#fresh, this.#released]) {
      for (const address of set) if (familyOf(address) === family) set.delete(address);
    }
    for (const address of this.#usable(family)) if (this.#isFree(address)) this.#fresh.add(address);
  }

  #members({ v4, v6 }: Pool): Address[] {
    return [...this.#hosts(4), ...this.#hosts(6)].filter((at) =>
      [...v4, ...v6].some((run) => includes(run, at))
    );
  }

  #isBroken({ problems, v4, v6 }: Pool): boolean {
    const side = this.#side();
    return problems.length > 0 ||
      (side !== undefined && ((v4.length > 0 && !side.v4) || (v6.length > 0 && !side.v6)));
  }

  #rivalOf(pool: Pool): string | undefined {
    if (this.#isBroken(pool)) return undefined;
    const members = new Set(this.#members(pool));
    return this.#pools.find((older) =>
      older.rank < pool.rank && this.pool(older.name)?.problems.length === 0 &&
      this.#members(older).some((address) => members.has(address))
    )?.name;
  }

  /** What is drawn together with this address: a pool in force, nobody's, or what no pool has. */
  #sharesOf(address: Address): string | undefined {
    if (!this.#known.has(address)) {
      const pools = this.poolsAt(formatAddress(address));
      const drawn = pools.length === 0 ? "" : pools.find((name) => this.pool(name)?.problems.length === 0);
      this.#known.set(address, drawn);
    }
    return this.#known.get(address);
  }

  claim(text: string, holder: Holder): void {
    this.#enter(text, holder);
  }

  unclaim(text: string, holderUid: string): void {
    this.#leave(text, (by) => typeof by !== "string" && by.uid === holderUid);
  }

  occupy(text: string, name: string): void {
    this.#enter(text, name);
  }

  vacate(text: string, name: string): void {
    this.#leave(text, (by) => by === name);
  }

  isFree(text: string): boolean {
    const address = parseAddress(text);
    return address === undefined || this.#isFree(address);
  }

  holders(text: string): Holders {
    const there = this.#occupants.filter(({ address }) => address === parseAddress(text)).map(({ by }) => by);
    return {
      claims: there.filter((by) => typeof by !== "string").sort((a, b) => a.name < b.name ? -1 : 1),
      others: there.filter((by) => typeof by === "string").sort(),
    };
  }

  next(
    family: Family,
    { skip = new Set(), pool = "" }: { readonly skip?: ReadonlySet<string>; readonly pool?: string } = {},
  ): string | undefined {
    const usable = this.#layout ? this.#usable(family).filter((at) => this.#sharesOf(at) === pool) : [];
    const drawn = [this.#fresh, this.#released].map((set) =>
      usable.find((address) => set.has(address) && !skip.has(formatAddress(address)))
    ).find((address) => address !== undefined);
    return drawn === undefined ? undefined : formatAddress(drawn);
  }

  statistics(family: Family, name?: string): Statistics {
    const pool = this.#pools.find((one) => one.name === name), members = new Set(pool && this.#members(pool));
    const counts = (address: Address) => this.#layout && (name === undefined || members.has(address));
    const hosts = this.#hosts(family).filter(counts), usable = this.#usable(family).filter(counts);
    const claimed = new Set(
      this.#occupants.filter(({ by }) => typeof by !== "string").map(({ address }) => address),
    );
    const using = usable.filter((address) => claimed.has(address));
    const available = usable.filter((address) => !claimed.has(address));
    return {
      hosts: BigInt(hosts.length),
      using: BigInt(using.length),
      available: BigInt(available.length),
      excluded: BigInt(hosts.length - usable.length),
      usingRange: render(using),
      availableRange: render(available),
    };
  }

  #enter(text: string, by: Holder | string): void {
    const address = parseAddress(text);
    if (address === undefined) return;
    this.#occupants.push({ address, by });
    if (this.#fresh.delete(address) || !this.#released.delete(address)) return;
    const family = familyOf(address), pool = this.#sharesOf(address);
    const isAlike = (other: Address) => familyOf(other) === family && this.#sharesOf(other) === pool;
    if ([...this.#fresh].some(isAlike)) return;
    for (const other of this.#released) {
      if (isAlike(other) && this.#released.delete(other)) this.#fresh.add(other);
    }
  }

  #leave(text: string, fits: (by: Holder | string) => boolean): void {
    const address = parseAddress(text);
    const at = this.#occupants.findIndex((occupant) => occupant.address === address && fits(occupant.by));
    if (at < 0 || address === undefined) return;
    this.#occupants.splice(at, 1);
    if (this.#isFree(address) && this.#usable(familyOf(address)).includes(address)) {
      this.#released.add(address);
    }
  }

  #isFree(address: Address): boolean {
    return this.#occupants.every((occupant) => occupant.address !== address);
  }

  #usable(family: Family): Address[] {
    const excluded = (family === 4 ? this.#side()?.v4 : this.#side()?.v6)?.excluded ?? [];
    return this.#hosts(family).filter((address) => !excluded.some((range) => includes(range, address)));
  }

  #hosts(family: Family): Address[] {
    const hosts = (family === 4 ? this.#side()?.v4 : this.#side()?.v6)?.hosts;
    const all: Address[] = [];
    if (hosts) {
      for (let address: Address = hosts.first; address <= hosts.last; address = next(address)) {
        all.push(address);
      }
    }
    return all;
  }

  /** The layout that was last there: an absent one hides what there is, and changes nothing. */
  #side(): Layout | undefined {
    return this.#layout ?? this.#last;
  }
}

function render(addresses: readonly Address[]): string {
  const parts: string[] = [];
  for (let i = 0; i < addresses.length; i++) {
    const first = addresses[i]!;
    while (i + 1 < addresses.length && addresses[i + 1] === next(addresses[i]!)) i++;
    const last = addresses[i]!;
    parts.push(first === last ? formatAddress(first) : `${formatAddress(first)}-${formatAddress(last)}`);
  }
  return parts.join(",");
}
