/** Who has what in one subnet. */
import { type Address, type Family, formatAddress, parseAddress, whyNotAddress } from "./address.ts";
import { refusalByLayout } from "./admit.ts";
import { ipv4Axis, ipv6Axis } from "./axis.ts";
import { includes, type Interval } from "./interval.ts";
import type { Layout } from "./layout.ts";
import { parseMac } from "./mac.ts";
import { type Holder, type Holders, Occupancy } from "./occupancy.ts";
import type { Refusal } from "./problem.ts";
import { type Counters, Space, type Statistics } from "./space.ts";

/** A claim, for messages and for finding conflicts. */
export interface Claim {
  readonly address: string;
  readonly holder: Holder;
}

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
  #layout: Layout | undefined;
  #size = 0;

  /** All claims, also those on excluded, MAC and outside addresses: what a subnet must wait for before it goes. */
  get size(): number {
    return this.#size;
  }

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
    this.#v4.setLayout(layout.v4);
    this.#v6.setLayout(layout.v6);
  }

  claim(address: string, holder: Holder): void {
    this.#at(address, (there, key) => {
      there.claim(key, holder);
      this.#size++;
    });
  }

  unclaim(address: string, holderUid: string): void {
    this.#at(address, (there, key) => {
      if (there.unclaim(key, holderUid)) this.#size--;
    });
  }

  /** @param by a name to show, such as `Pod prod/web-0` */
  occupy(address: string, by: string): void {
    this.#at(address, (there, key) => there.occupy(key, by));
  }

  vacate(address: string, by: string): void {
    this.#at(address, (there, key) => there.vacate(key, by));
  }

  /** Nobody is at it. Says nothing of whether it can be handed out; see {@link Ledger.admit}. */
  isFree(address: string): boolean {
    return this.#at(address, (there, key) => there.isFree(key)) ?? true;
  }

  holders(address: string): Holders {
    return this.#at(address, (there, key) => there.holders(key)) ?? NOBODY;
  }

  /**
   * The address to hand out next: the lowest that was never used since the layout last changed, then those given back.
   *
   * @param options.skip canonical texts of addresses not to hand out this time
   * @returns canonical text; `undefined` when nothing is left
   */
  next(family: Family, { skip }: { readonly skip?: ReadonlySet<string> } = {}): string | undefined {
    if (this.#layout === undefined) return undefined;
    const skips = skip?.size ? (address: Address) => skip.has(formatAddress(address)) : undefined;
    const address = family === 4 ? this.#v4.next(skips) : this.#v6.next(skips);
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

  counters(family: Family): Counters {
    if (this.#layout === undefined) return EMPTY;
    return family === 4 ? this.#v4.counters() : this.#v6.counters();
  }

  statistics(family: Family): Statistics {
    if (this.#layout === undefined) return EMPTY;
    return family === 4 ? this.#v4.statistics() : this.#v6.statistics();
  }

  /** Ascending. Looks at every claim of the family. */
  claimsIn(interval: Interval): Claim[] {
    return this.#claimsWhere((address) => includes(interval, address));
  }

  /** The claims that a changed layout would leave outside, ascending. Looks at every claim. */
  claimsOutside({ v4, v6 }: Layout): Claim[] {
    return this.#claimsWhere((address) => {
      const family = typeof address === "number" ? v4 : v6;
      return family === undefined || !includes(family.hosts, address);
    });
  }

  #claimsWhere(fits: (address: Address) => boolean): Claim[] {
    const v4 = this.#v4.claims().filter(([address]) => fits(address)).toArray().sort(([a], [b]) => a - b);
    const v6 = this.#v6.claims().filter(([address]) => fits(address)).toArray().sort(([a], [b]) =>
      a < b ? -1 : 1
    );
    return [...v4, ...v6].map(([address, holder]) => ({ address: formatAddress(address), holder }));
  }

  #at<T>(text: string, use: <K>(there: Occupancy<K>, key: K) => T): T | undefined {
    const address = parseAddress(text);
    if (typeof address === "number") return use(this.#v4, address);
    if (typeof address === "bigint") return use(this.#v6, address);
    const mac = parseMac(text);
    return mac === undefined ? undefined : use(this.#macs, mac);
  }
}
