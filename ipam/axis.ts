/** What a {@link RunSet} must know of the numbers it holds. */
import type { Address } from "./address.ts";

/** The addresses of one family, in their order. */
export interface Axis<A extends Address> {
  next(address: A): A;
  previous(address: A): A;
  /** The index of the last element that is not above `address`, or -1. */
  floor(sorted: readonly A[], address: A): number;
}

// Two classes with equal bodies, not one generic function: V8 then compiles the hot loop once for numbers and once for bigints;
// shared, the first bigint would slow down every IPv4 comparison.

class Ipv4Axis implements Axis<number> {
  next(address: number): number {
    return address + 1;
  }
  previous(address: number): number {
    return address - 1;
  }
  floor(sorted: readonly number[], address: number): number {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

class Ipv6Axis implements Axis<bigint> {
  next(address: bigint): bigint {
    return address + 1n;
  }
  previous(address: bigint): bigint {
    return address - 1n;
  }
  floor(sorted: readonly bigint[], address: bigint): number {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

export const ipv4Axis: Axis<number> = new Ipv4Axis();
export const ipv6Axis: Axis<bigint> = new Ipv6Axis();
