/** What a ledger must do, as plainly as it can be said: lists and sets of addresses, walked from end to end. */
import { type Address, type Family, familyOf, formatAddress, parseAddress } from "../../ipam/address.ts";
import { sameFamilyLayout } from "../../ipam/family_layout.ts";
import { includes, next } from "../../ipam/interval.ts";
import type { Layout } from "../../ipam/layout.ts";
import type { Ledger } from "../../ipam/ledger.ts";
import type { Holder, Holders } from "../../ipam/occupancy.ts";
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

  get size(): number {
    return this.#occupants.filter(({ by }) => typeof by !== "string").length;
  }

  setLayout(layout: Layout | undefined): void {
    this.#layout = layout;
    if (layout === undefined) return;
    for (const side of ["v4", "v6"] as const) {
      if (sameFamilyLayout<Address>(layout[side], this.#last?.[side])) continue;
      const family = side === "v4" ? 4 : 6;
      for (const set of [this.#fresh, this.#released]) {
        for (const address of set) if (familyOf(address) === family) set.delete(address);
      }
      for (const address of this.#usable(family)) if (this.#isFree(address)) this.#fresh.add(address);
    }
    this.#last = layout;
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
      claims: there.filter((by) => typeof by !== "string"),
      others: there.filter((by) => typeof by === "string"),
    };
  }

  next(
    family: Family,
    { skip = new Set() }: { readonly skip?: ReadonlySet<string> } = {},
  ): string | undefined {
    const usable = this.#layout ? this.#usable(family) : [];
    const drawn = [this.#fresh, this.#released].map((set) =>
      usable.find((address) => set.has(address) && !skip.has(formatAddress(address)))
    ).find((address) => address !== undefined);
    return drawn === undefined ? undefined : formatAddress(drawn);
  }

  statistics(family: Family): Statistics {
    const hosts = this.#layout ? this.#hosts(family) : [], usable = this.#layout ? this.#usable(family) : [];
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
    const family = familyOf(address);
    if ([...this.#fresh].some((other) => familyOf(other) === family)) return;
    for (const other of this.#released) {
      if (familyOf(other) === family && this.#released.delete(other)) this.#fresh.add(other);
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
