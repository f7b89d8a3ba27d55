/** Who has which address of one family of one subnet, and which one comes next. */
import type { Address } from "./address.ts";
import type { Axis } from "./axis.ts";
import { type FamilyLayout, sameFamilyLayout } from "./family_layout.ts";
import { includes, type Interval, lowest, subtract } from "./interval.ts";
import { isHolder, Occupancy, type Occupant } from "./occupancy.ts";
import { renderRuns } from "./range.ts";
import { RunSet } from "./run_set.ts";

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

/** What must not be handed out this time. */
export interface Choice<A extends Address> {
  readonly skip: (address: A) => boolean;
  /** Ascending and disjoint. */
  readonly avoid: readonly Interval<A>[];
}

/**
 * Every address that may be handed out by itself is in one of two sets:
 *
 *     usable = using + available                    by claims: what statistics show
 *     usable = occupied + fresh + released          by everybody: what may be given to somebody else
 *
 * Fresh ones are given out first, lowest first. An address that was given back goes to the released ones, and when no fresh one is
 * left, the released ones become the fresh ones of the next round. So an address rests as long as possible before it is reused.
 */
export class Space<A extends Address> extends Occupancy<A> {
  readonly #axis: Axis<A>;
  #layout: FamilyLayout<A> | undefined;
  #usable: RunSet<A>;
  #using: RunSet<A>;
  #usingCount = 0;
  readonly #strays = new Set<A>();
  #fresh: RunSet<A>;
  #released: RunSet<A>;

  constructor(axis: Axis<A>) {
    super();
    this.#axis = axis;
    this.#usable =
      this.#using =
      this.#fresh =
      this.#released =
        new RunSet(axis);
  }

  /** Starts a new round when the layout is another one; everybody stays where they are. */
  setLayout(layout: FamilyLayout<A> | undefined): void {
    if (sameFamilyLayout(this.#layout, layout)) return;
    this.#layout = layout;
    this.#usable = new RunSet(this.#axis, layout?.usable);
    this.#fresh = new RunSet(this.#axis, layout?.usable);
    this.#released = new RunSet(this.#axis);
    this.#using = new RunSet(this.#axis);
    this.#usingCount = 0;
    this.#strays.clear();
    for (const address of this.occupied()) {
      if (this.holders(address).claims.length > 0) this.#count(address);
      this.#take(address);
    }
  }

  override enter(address: A, occupant: Occupant): void {
    super.enter(address, occupant);
    if (isHolder(occupant)) this.#count(address);
    this.#take(address);
  }

  override leave(address: A, fits: (occupant: Occupant) => boolean): readonly Occupant[] | undefined {
    const left = super.leave(address, fits);
    if (left === undefined) return undefined;
    if (!left.some(isHolder)) this.#discount(address);
    if (left.length === 0 && this.#usable.has(address)) this.#released.add(address);
    return left;
  }

  /** The address to hand out next; costs what is skipped, and the fragments of what is avoided. */
  next(choice?: Choice<A>): A | undefined {
    if (choice === undefined) return this.#fresh.first ?? this.#released.first;
    const pick = (set: RunSet<A>) => lowest(subtract(set.runs(), choice.avoid), choice);
    return pick(this.#fresh) ?? pick(this.#released);
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

  #count(address: A): void {
    if (this.#usable.has(address)) {
      if (this.#using.add(address)) this.#usingCount++;
    } else if (!this.#layout || !includes(this.#layout.hosts, address)) this.#strays.add(address);
  }

  #discount(address: A): void {
    if (this.#using.delete(address)) this.#usingCount--;
    else this.#strays.delete(address);
  }

  #take(address: A): void {
    if (this.#fresh.delete(address) || !this.#released.delete(address) || this.#fresh.first !== undefined) {
      return;
    }
    [this.#fresh, this.#released] = [this.#released, this.#fresh];
  }
}
