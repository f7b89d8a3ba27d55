/** `spec.ips` of a pool: a part of a subnet's addresses that is handed out only to those who name the pool. */
import { type Family, familyOf } from "./address.ts";
import { parseCidr, whyNotCidr } from "./cidr.ts";
import { type Interval, isIpv4, isIpv6, merge } from "./interval.ts";
import { listProblems, type Problem } from "./problem.ts";
import { quote } from "./quote.ts";
import { parseRange, whyNotRange } from "./range.ts";

export interface Pool {
  readonly name: string;
  /** Of two that overlap the one with the lower rank has the better right. No two have the same. */
  readonly rank: string;
  /** Ascending runs of what could be read, wherever it lies. */
  readonly v4: readonly Interval<number>[];
  readonly v6: readonly Interval<bigint>[];
  /** Field of the first entry of each family. */
  readonly fields: ReadonlyMap<Family, string>;
  /** What cannot be read. The rest stays set aside: a typo must not hand the other addresses to everybody. */
  readonly problems: readonly Problem[];
}

interface PoolSpec extends Pick<Pool, "name" | "rank"> {
  /** Entries `a`, `a..b` and `a/len`, of both families. */
  readonly ips: readonly string[];
}

/** Reads all that can be read, and names what cannot. */
export function parsePool({ name, rank, ips }: PoolSpec): Pool {
  const ranges: Interval[] = [], wrong: number[] = [], fields = new Map<Family, string>();
  for (const [index, entry] of ips.entries()) {
    const range = entry.includes("/") ? parseCidr(entry) : parseRange(entry);
    if (range === undefined) wrong.push(index);
    else {
      ranges.push(range);
      const family = familyOf(range.first);
      if (!fields.has(family)) fields.set(family, fieldOf(index));
    }
  }
  const together = { neighbours: true };
  return {
    name,
    rank,
    v4: merge(ranges.filter(isIpv4), together),
    v6: merge(ranges.filter(isIpv6), together),
    fields,
    problems: ips.length === 0 ? [NOTHING] : listProblems(wrong, (index) => problemOf(index, ips[index]!)),
  };
}

const NOTHING: Problem = {
  field: "spec.ips",
  message: "it is empty",
  remedy: "list addresses, ranges first..last or blocks of its Subnet",
};

const fieldOf = (index: number) => `spec.ips[${index}]`;

function problemOf(index: number, entry: string): Problem {
  const reason = entry.includes("/")
    ? { message: whyNotCidr(entry), remedy: "write an address, first..last or a block" }
    : entry.trim() !== entry || entry === ""
    ? {
      message: `${quote(entry)} is no address`,
      remedy: "write one address, range or block, without blanks",
    }
    : whyNotRange(entry);
  return { field: fieldOf(index), ...reason };
}
