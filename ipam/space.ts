/** Who has which address of one family of one subnet, and which one comes next. */
import type { Address } from "./address.ts";
import type { Axis } from "./axis.ts";
import { type FamilyLayout, sameFamilyLayout } from "./family_layout.ts";
import { includes, intersect, type Interval, subtract, totalOf } from "./interval.ts";
import { isHolder, Occupancy, type Occupant } from "./occupancy.ts";
import { renderRuns } from "./range.ts";
import { RunSet } from "./run_set.ts";
import { Shares } from "./shares.ts";
import { type Choice, Supply } from "./supply.ts";

/** `using + available + excluded = hosts`, always. */
export interface Counters {
  readonly hosts: bigint;
  readonly using: bigint;
  readonly available: bigint;
  readonly excluded: bigint;
}

/** The counters, and the sets they count as text; see {@link renderRuns}. */
export interface Statistics extends Counters {
  readonly usingRange: string;
  readonly availableRange: string;
}

/**
 * Every address that may be handed out by itself is in one of two sets:
 *
 *     usable = using + available        by claims: what statistics show
 *     usable = occupied + supplied      by everybody: what may be given to somebody else
 *
 * There is one supply for those who name no pool, and one for each pool in force.
 */
export class Space<A extends Address> extends Occupancy<A> {
  readonly #axis: Axis<A>;
  #layout: FamilyLayout<A> | undefined;
  #usable: RunSet<A>;
  #using: RunSet<A>;
  #usingCount = 0;
  readonly #strays = new Set<A>();
  /** How often each address is to rest. */
  readonly #resting = new Map<A, number>();
  #shares: Shares<A>;
  #common: Supply<A>;
  readonly #pooled = new Map<string, Supply<A>>();

  constructor(axis: Axis<A>) {
    super();
    this.#axis = axis;
    this.#usable = this.#using = new RunSet(axis);
    this.#shares = new Shares(axis);
    this.#common = new Supply(axis);
  }

  /** Starts a new round when the layout is another one; everybody stays where they are. */
  setLayout(layout: FamilyLayout<A> | undefined): void {
    if (sameFamilyLayout(this.#layout, layout)) return;
    this.#layout = layout;
    this.#usable = new RunSet(this.#axis, layout?.usable);
    this.#using = new RunSet(this.#axis);
    this.#usingCount = 0;
    this.#strays.clear();
    for (const address of this.occupied()) if (this.holders(address).claims.length > 0) this.#count(address);
    this.share(this.#shares);
  }

  /** Starts a new round, in which pools have these shares. Costs a look at everybody. */
  share(shares: Shares<A>): void {
    this.#shares = shares;
    const usable = this.#layout?.usable ?? [];
    this.#common = new Supply(this.#axis, [...subtract(usable, shares)]);
    this.#pooled.clear();
    for (const [pool, runs] of Map.groupBy(shares, ({ pool }) => pool)) {
      if (pool !== undefined) this.#pooled.set(pool, new Supply(this.#axis, [...intersect(runs, usable)]));
    }
    for (const address of this.occupied()) this.#supplyOf(address)?.take(address);
    for (const address of this.#resting.keys()) this.#supplyOf(address)?.rest(address);
  }

  override enter(address: A, occupant: Occupant): void {
    super.enter(address, occupant);
    if (isHolder(occupant)) this.#count(address);
    this.#supplyOf(address)?.take(address);
  }

  override leave(address: A, fits: (occupant: Occupant) => boolean): readonly Occupant[] | undefined {
    const left = super.leave(address, fits);
    if (left === undefined) return undefined;
    if (!left.some(isHolder)) this.#discount(address);
    if (left.length === 0 && this.#usable.has(address)) this.#giveBack(address);
    return left;
  }

  /** Once it is given back, it is handed out only if nothing else is left, until it has {@link Space.rested} as often. */
  rest(address: A): void {
    this.#resting.set(address, (this.#resting.get(address) ?? 0) + 1);
    this.#supplyOf(address)?.rest(address);
  }

  rested(address: A): void {
    const times = this.#resting.get(address) ?? 0;
    if (times > 1) return void this.#resting.set(address, times - 1);
    this.#resting.delete(address);
    this.#supplyOf(address)?.rested(address);
  }

  /** The address to hand out next, of a pool or of what no pool has. */
  next(pool?: string, choice?: Choice<A>): A | undefined {
    const supply = pool === undefined ? this.#common : this.#pooled.get(pool);
    return choice === undefined ? supply?.first : supply?.pick(choice);
  }

  /** The claimed addresses that the layout has no place for, in no order worth relying on. */
  strays(): Iterable<A> {
    return this.#strays;
  }

  counters(): Counters {
    const { hosts, excluded } = this.#layout?.size ?? { hosts: 0n, excluded: 0n };
    const using = BigInt(this.#usingCount);
    return { hosts, using, available: hosts - excluded - using, excluded };
  }

  statistics(): Statistics {
    return {
      ...this.counters(),
      usingRange: renderRuns(this.#using.runs()),
      availableRange: renderRuns(subtract(this.#layout?.usable ?? [], this.#using.runs())),
    };
  }

  /** The same sets, restricted to these runs; they must be hosts, ascending and disjoint. */
  statisticsOf(runs: readonly Interval<A>[]): Statistics {
    const using = runs.flatMap((run) => [...this.#using.within(run)]);
    const available = [...subtract(intersect(runs, this.#layout?.usable ?? []), using)];
    return {
      hosts: totalOf(runs),
      using: totalOf(using),
      available: totalOf(available),
      excluded: totalOf(intersect(runs, this.#layout?.excluded ?? [])),
      usingRange: renderRuns(using),
      availableRange: renderRuns(available),
    };
  }

  #count(address: A): void {
    if (this.#usable.has(address)) {
      if (this.#using.add(address)) this.#usingCount++;
    } else if (!this.#layout || !includes(this.#layout.hosts, address)) this.#strays.add(address);
  }

  #discount(address: A): void {
    if (this.#using.delete(address)) this.#usingCount--;
    else this.#strays.delete(address);
  }

  #giveBack(address: A): void {
    const supply = this.#supplyOf(address);
    supply?.give(address);
    if (this.#resting.has(address)) supply?.rest(address);
  }

  #supplyOf(address: A): Supply<A> | undefined {
    if (this.#shares.isEmpty) return this.#common;
    const share = this.#shares.at(address);
    if (share === undefined) return this.#common;
    return share.pool === undefined ? undefined : this.#pooled.get(share.pool);
  }
}
