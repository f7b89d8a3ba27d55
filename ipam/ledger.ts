/** Who has what in one subnet. */
import { type Address, type Family, formatAddress, parseAddress, whyNotAddress } from "./address.ts";
import { refusalByLayout } from "./admit.ts";
import { ipv4Axis, ipv6Axis } from "./axis.ts";
import { includes, type Interval, isIpv4, isIpv6, merge } from "./interval.ts";
import { type Layout, sameLayout } from "./layout.ts";
import { parseMac } from "./mac.ts";
import { type Holder, type Holders, isHolder, Occupancy } from "./occupancy.ts";
import type { Pool } from "./pool.ts";
import { Pools, type Standing } from "./pools.ts";
import type { Refusal } from "./problem.ts";
import { type Counters, Space, type Statistics } from "./space.ts";

/** A claim, for messages and for finding conflicts. */
export interface Claim {
  readonly address: string;
  readonly holder: Holder;
}

/** Where to draw from, and what is not to be handed out this time. */
export interface NextOptions {
  /** A pool in force; without it, what no pool has. */
  readonly pool?: string | undefined;
  /** Single addresses, as canonical text. */
  readonly skip?: Skipped | undefined;
  /** Whole intervals, such as the overlap with another subnet. */
  readonly avoid?: readonly Interval[] | undefined;
}

/** A set of addresses, as far as it is asked. */
export type Skipped = Pick<ReadonlySet<string>, "has">;

const NOBODY: Holders = { claims: [], others: [] };
const EMPTY: Statistics = {
  hosts: 0n,
  using: 0n,
  available: 0n,
  excluded: 0n,
  usingRange: "",
  availableRange: "",
};

/**
 * The addresses of one subnet and everybody at them, kept up to date one change at a time.
 *
 * An address is an IPv4, IPv6 or MAC address in any spelling; equal ones are the same. Text that is none is ignored, so that one
 * malformed object harms nobody else. Reads change nothing, and no order of calls matters but for which address comes next.
 *
 * Claims count in statistics; occupants that hold no claim, such as a record not yet claimed for or a pod that still publishes the
 * address, only keep it from others. Whoever enters twice must leave twice.
 */
export class Ledger {
  readonly #v4 = new Space(ipv4Axis);
  readonly #v6 = new Space(ipv6Axis);
  readonly #macs = new Occupancy<number>();
  readonly #named = new Map<string, Pool>();
  /** Judged when somebody asks, since at the start they come one by one; undefined: not since the last change. */
  #pools: Pools | undefined = new Pools();
  #layout: Layout | undefined;
  /** That one, or while there is none the one before. */
  #last: Layout | undefined;
  #size = 0;

  /** All claims, also those on excluded, MAC and outside addresses: what a subnet must wait for before it goes. */
  get size(): number {
    return this.#size;
  }

  /** As it was last set: asking for it costs less than reading the spec anew. */
  get layout(): Layout | undefined {
    return this.#layout;
  }

  /**
   * `undefined` while the subnet is absent or unusable: then nothing is handed out or counted. Everybody stays where they are.
   *
   * Another layout costs a look at everybody; the same as the last one, also with `undefined` between, costs next to nothing.
   */
  setLayout(layout: Layout | undefined): void {
    this.#layout = layout;
    if (layout === undefined) return;
    if (this.#named.size > 0 && !sameLayout(this.#last, layout)) this.#pools = undefined;
    this.#last = layout;
    this.#v4.setLayout(layout.v4);
    this.#v6.setLayout(layout.v6);
  }

  /** A part of the subnet is set aside: from now on only those who name the pool draw from it. Everybody stays where they are. */
  addPool(pool: Pool): void {
    this.#named.set(pool.name, pool);
    this.#pools = undefined;
  }

  /** Its addresses are everybody's again. */
  removePool(name: string): void {
    this.#named.delete(name);
    this.#pools = undefined;
  }

  /** Whether a pool is in force, and if not why; `undefined` where there is none of that name. */
  pool(name: string): Standing | undefined {
    return this.#judged().get(name);
  }

  /** The pools, in force or not, that an address belongs to. */
  poolsAt(text: string): readonly string[] {
    if (this.#named.size === 0) return [];
    const address = parseAddress(text);
    return address === undefined ? [] : this.#judged().at(address);
  }

  /** The pools that a change of another one may put in force or out of it. */
  contested(): readonly string[] {
    return this.#named.size === 0 ? [] : this.#judged().contested();
  }

  /** A claim of this address exists, and says that `holder` has it. */
  claim(address: string, holder: Holder): void {
    this.#at(address, (there, key) => {
      there.enter(key, holder);
      this.#size++;
    });
  }

  /** Takes one claim of that holder back. */
  unclaim(address: string, holderUid: string): void {
    this.#at(address, (there, key) => {
      if (there.leave(key, (occupant) => isHolder(occupant) && occupant.uid === holderUid)) this.#size--;
    });
  }

  /**
   * Somebody without a claim shows or publishes this address.
   *
   * @param by a name to show, such as `Pod prod/web-0`
   */
  occupy(address: string, by: string): void {
    this.#at(address, (there, key) => there.enter(key, by));
  }

  /** Takes one such showing back. */
  vacate(address: string, by: string): void {
    this.#at(address, (there, key) => there.leave(key, (occupant) => occupant === by));
  }

  /** Whoever had it may not have noticed yet that it is not his any more: it is handed out last of all, until it has `rested`. */
  rest(address: string): void {
    const parsed = parseAddress(address);
    if (typeof parsed === "number") this.#v4.rest(parsed);
    else if (parsed !== undefined) this.#v6.rest(parsed);
  }

  /** Takes one {@link Ledger.rest} back. */
  rested(address: string): void {
    const parsed = parseAddress(address);
    if (typeof parsed === "number") this.#v4.rested(parsed);
    else if (parsed !== undefined) this.#v6.rested(parsed);
  }

  /** Nobody is at it. Says nothing of whether it can be handed out; see {@link Ledger.admit}. */
  isFree(address: string): boolean {
    return this.#at(address, (there, key) => there.isFree(key)) ?? true;
  }

  /** Everybody at it, by name. */
  holders(address: string): Holders {
    return this.#at(address, (there, key) => there.holders(key)) ?? NOBODY;
  }

  /**
   * The address to hand out next: the lowest that was never used since the layout last changed, then those given back.
   *
   * @returns canonical text; `undefined` when nothing is left
   */
  next(family: Family, { pool, skip, avoid = [] }: NextOptions = {}): string | undefined {
    if (this.#layout === undefined) return undefined;
    this.#judged();
    const first = family === 4 ? this.#v4.next(pool) : this.#v6.next(pool);
    if (first === undefined) return undefined;
    const text = formatAddress(first);
    if (avoid.length === 0 && !skip?.has(text)) return text;
    const skips = (address: Address) => skip?.has(formatAddress(address)) ?? false,
      apart = { neighbours: true };
    const address = family === 4
      ? this.#v4.next(pool, { skip: skips, avoid: merge(avoid.filter(isIpv4), apart) })
      : this.#v6.next(pool, { skip: skips, avoid: merge(avoid.filter(isIpv6), apart) });
    return address === undefined ? undefined : formatAddress(address);
  }

  /**
   * Why an address that somebody asks for is refused; `undefined` when it can be had. Excluded ones can.
   *
   * @param options.own uids of claim holders and names of occupants that are the asker itself
   */
  admit(text: string, { own }: { readonly own?: ReadonlySet<string> } = {}): Refusal | undefined {
    const address = parseAddress(text);
    if (address === undefined && parseMac(text) === undefined) {
      return { word: "AddressOutOfRange", message: whyNotAddress(text) };
    }
    const refusal = address !== undefined && refusalByLayout(address, this.#layout);
    if (refusal) return refusal;
    const { claims, others } = this.holders(text);
    const holder = claims.find(({ uid }) => !own?.has(uid));
    const occupant = holder ? `${holder.kind} ${holder.name}` : others.find((by) => !own?.has(by));
    return occupant === undefined
      ? undefined
      : { word: "AddressConflict", message: `${text} is held by ${occupant}` };
  }

  /** What {@link Ledger.statistics} counts, without the ranges: at no cost worth mentioning. */
  counters(family: Family): Counters {
    if (this.#layout === undefined) return EMPTY;
    return family === 4 ? this.#v4.counters() : this.#v6.counters();
  }

  /**
   * All zero and empty for a family that the subnet has not.
   *
   * @param pool the same sets, restricted to what that pool has of the subnet
   */
  statistics(family: Family, pool?: string): Statistics {
    if (this.#layout === undefined) return EMPTY;
    if (pool !== undefined) {
      const { v4 = [], v6 = [] } = this.pool(pool) ?? {};
      return family === 4 ? this.#v4.statisticsOf(v4) : this.#v6.statisticsOf(v6);
    }
    return family === 4 ? this.#v4.statistics() : this.#v6.statistics();
  }

  /** Ascending. Looks at every address of the family. */
  claimsIn(interval: Interval): Claim[] {
    return isIpv4(interval)
      ? claimsAt(this.#v4, this.#v4.occupied().filter((address) => includes(interval, address)))
      : claimsAt(this.#v6, this.#v6.occupied().filter((address) => includes(interval, address)));
  }

  /** The claims that the layout has no place for, ascending, because it was changed under them. Costs nothing when there are none. */
  claimsOutside(): Claim[] {
    return this.#layout
      ? [...claimsAt(this.#v4, this.#v4.strays()), ...claimsAt(this.#v6, this.#v6.strays())]
      : [];
  }

  #judged(): Pools {
    if (this.#pools === undefined) {
      this.#pools = new Pools(this.#named.values(), this.#last);
      this.#v4.share(this.#pools.v4);
      this.#v6.share(this.#pools.v6);
    }
    return this.#pools;
  }

  #at<T>(text: string, use: <K>(there: Occupancy<K>, key: K) => T): T | undefined {
    const address = parseAddress(text);
    if (typeof address === "number") return use(this.#v4, address);
    if (typeof address === "bigint") return use(this.#v6, address);
    const mac = parseMac(text);
    return mac === undefined ? undefined : use(this.#macs, mac);
  }
}

function claimsAt<A extends Address>(space: Space<A>, addresses: Iterable<A>): Claim[] {
  return [...addresses].sort((a, b) => a < b ? -1 : 1).flatMap((address) =>
    space.holders(address).claims.map((holder) => ({ address: formatAddress(address), holder }))
  );
}
