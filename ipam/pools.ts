/** The pools of one subnet: which of them are in force, and whose each address is. */
import type { Address } from "./address.ts";
import { ipv4Axis, ipv6Axis } from "./axis.ts";
import { clip, includes, intersect, type Interval, merge, subtract } from "./interval.ts";
import type { Layout } from "./layout.ts";
import type { Pool } from "./pool.ts";
import type { Problem } from "./problem.ts";
import { formatRange } from "./range.ts";
import { Shares } from "./shares.ts";

/** A pool among the others of its subnet. */
export interface Standing {
  readonly pool: Pool;
  /** What of it the subnet has, as ascending runs. */
  readonly v4: readonly Interval<number>[];
  readonly v6: readonly Interval<bigint>[];
  /** None: it is in force. */
  readonly problems: readonly Problem[];
  /** The pool that has the better right to some of its addresses. */
  readonly rival: string | undefined;
}

/**
 * Pools come by rank, and one that meets another that is in force already is not. So a younger pool never disturbs an older one, and
 * of two that were created at once the same one wins wherever this is asked. What the loser alone has stays set aside all the same.
 */
export class Pools {
  readonly v4 = new Shares(ipv4Axis);
  readonly v6 = new Shares(ipv6Axis);
  readonly #standings = new Map<string, Standing>();
  readonly #idle: readonly Standing[];

  constructor(pools: Iterable<Pool> = [], layout?: Layout) {
    for (const pool of [...pools].sort((a, b) => a.rank < b.rank ? -1 : 1)) this.#judge(pool, layout);
    this.#idle = [...this.#standings.values()].filter(({ problems }) => problems.length > 0);
    setAside(this.#idle.flatMap(({ v4 }) => v4), this.v4);
    setAside(this.#idle.flatMap(({ v6 }) => v6), this.v6);
  }

  get(name: string): Standing | undefined {
    return this.#standings.get(name);
  }

  /** The pools, in force or not, that this address belongs to. */
  at(address: Address): string[] {
    const share = typeof address === "number" ? this.v4.at(address) : this.v6.at(address);
    if (share === undefined) return [];
    const idle = this.#idle.filter((one) => runsOf(one, address).some((run) => includes(run, address)));
    return [...(share.pool === undefined ? [] : [share.pool]), ...idle.map(({ pool }) => pool.name)];
  }

  /** Those that overlap, and those that would if another one were in force: a change of one may concern every other. */
  contested(): string[] {
    const losers = this.#idle.filter(({ rival }) => rival !== undefined);
    const v4 = merge(losers.flatMap((loser) => loser.v4), TOGETHER);
    const v6 = merge(losers.flatMap((loser) => loser.v6), TOGETHER);
    return [...this.#standings.values()]
      .filter((one) => !intersect(one.v4, v4).next().done || !intersect(one.v6, v6).next().done)
      .map(({ pool }) => pool.name);
  }

  #judge(pool: Pool, layout: Layout | undefined): void {
    const v4 = layout?.v4 ? clip(pool.v4, layout.v4.hosts) : [];
    const v6 = layout?.v6 ? clip(pool.v6, layout.v6.hosts) : [];
    const own = [...pool.problems, ...strangers(pool, layout)];
    const clash = own.length > 0 ? undefined : clashOf(v4, this.v4) ?? clashOf(v6, this.v6);
    const problems = clash ? [overlap(clash)] : own;
    this.#standings.set(pool.name, { pool, v4, v6, problems, rival: clash?.rival });
    if (problems.length > 0) return;
    for (const run of v4) this.v4.add({ ...run, pool: pool.name });
    for (const run of v6) this.v6.add({ ...run, pool: pool.name });
  }
}

const TOGETHER = { neighbours: true };

const runsOf = ({ v4, v6 }: Standing, address: Address): readonly Interval[] =>
  typeof address === "number" ? v4 : v6;

interface Clash {
  readonly at: Interval;
  readonly rival: string;
}

function clashOf<A extends Address>(runs: readonly Interval<A>[], shares: Shares<A>): Clash | undefined {
  for (const run of runs) {
    const share = shares.meeting(run);
    if (share?.pool !== undefined) return { at: clip([run], share)[0]!, rival: share.pool };
  }
}

/** What of these runs nobody has a share of yet is nobody's. */
function setAside<A extends Address>(runs: readonly Interval<A>[], shares: Shares<A>): void {
  for (const run of [...subtract(merge(runs, TOGETHER), shares)]) shares.add({ ...run, pool: undefined });
}

function overlap({ at, rival }: Clash): Problem {
  const message = `${formatRange(at)} is also of IPPool ${rival}, which is older`;
  return { field: "spec.ips", message, remedy: "take it out of one of the two", word: "AddressConflict" };
}

/** Entries of a family that the subnet has not. */
function strangers({ fields }: Pool, layout: Layout | undefined): readonly Problem[] {
  if (!layout) return [];
  return [...fields].filter(([family]) => !(family === 4 ? layout.v4 : layout.v6)).map(([family, field]) => ({
    field,
    message: `it is IPv${family}, and its Subnet has no IPv${family} block`,
    remedy: "remove it, or add such a block to the Subnet",
  }));
}
