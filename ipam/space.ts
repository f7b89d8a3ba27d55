/** Who has which address of one family of one subnet, and which one comes next. */
import type { Address } from "./address.ts";
import type { Axis } from "./axis.ts";
import { type FamilyLayout, sameFamilyLayout } from "./family_layout.ts";
import { subtract } from "./interval.ts";
import { type Holder, Occupancy } from "./occupancy.ts";
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
    for (const address of this.occupied()) this.#take(address);
    for (const [address] of this.claims()) this.#count(address);
  }

  override claim(address: A, holder: Holder): void {
    super.claim(address, holder);
    this.#count(address);
    this.#take(address);
  }

  override unclaim(address: A, holderUid: string): boolean {
    if (!super.unclaim(address, holderUid)) return false;
    if (!this.isClaimed(address) && this.#using.delete(address)) this.#usingCount--;
    this.#giveBack(address);
    return true;
  }

  override occupy(address: A, by: string): void {
    super.occupy(address, by);
    this.#take(address);
  }

  override vacate(address: A, by: string): boolean {
    if (!super.vacate(address, by)) return false;
    this.#giveBack(address);
    return true;
  }

  /** The address to hand out next. */
  next(skip?: (address: A) => boolean): A | undefined {
    return this.#fresh.lowest(skip) ?? this.#released.lowest(skip);
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
    if (this.#usable.has(address) && this.#using.add(address)) this.#usingCount++;
  }

  #take(address: A): void {
    if (this.#fresh.delete(address) || !this.#released.delete(address) || !this.#fresh.isEmpty) return;
    [this.#fresh, this.#released] = [this.#released, this.#fresh];
  }

  #giveBack(address: A): void {
    if (this.isFree(address) && this.#usable.has(address)) this.#released.add(address);
  }
}
