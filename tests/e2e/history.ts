/** What must hold after every single commit, judged by playing all commits again in their order. */
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { isAlive, type Published, publishedBy } from "../../crds/published.ts";
import { ownerUidOf, wornVipOf } from "../../crds/record.ts";
import { compareVersions, type Key, type Obj } from "../../reconcile/kind.ts";
import { recordNameOf } from "./invariants.ts";
import type { Commit } from "./journal.ts";

export interface ReplayOptions {
  /** Commits up to this version are not judged: the operator was not there yet. */
  readonly after?: string;
  /** Names of records that a user changed or deleted by hand: their owners are not judged. */
  readonly touched?: readonly string[];
}

/**
 * S1 (no two alive owners were told one address) and S2 (whoever was told an address has it claimed by its record) at every commit.
 *
 * @returns what was wrong, once each, with the version of the commit that made it so.
 */
export function replay(
  commits: readonly Commit[],
  { after = "0", touched = [] }: ReplayOptions = {},
): readonly string[] {
  const register = new Register(), wrong = new Set<string>();
  for (const commit of commits.toSorted((a, b) => compareVersions(a.version, b.version))) {
    const concerned = register.note(commit);
    if (compareVersions(commit.version, after) <= 0) continue;
    for (const owner of concerned) {
      if (touched.includes(recordNameOf(owner))) continue;
      for (const what of register.wrongWith(owner)) wrong.add(`${what}, since ${commit.version}`);
    }
  }
  return [...wrong];
}

class Register {
  readonly #owners = new Map<string, Pod | Node>();
  readonly #records = new Map<Key, IP>();
  readonly #claims = new Map<Key, AddressClaim>();
  /** Owners by the name of the claim of each address that they show, and by the name of their record. */
  readonly #tellers = new Map<string, Set<string>>();

  /** Whom the commit may concern. */
  note({ kind, key, object }: Commit): readonly (Pod | Node)[] {
    switch (kind.kind) {
      case Pod.kind:
      case Node.kind:
        return this.#tell(`${kind.kind} ${key}`, object as Pod | Node | undefined);
      case IP.kind:
        set(this.#records, key, object as IP | undefined);
        return this.#known(`record ${key}`);
      case AddressClaim.kind:
        set(this.#claims, key, object as AddressClaim | undefined);
        return this.#known(key);
    }
    return [];
  }

  *wrongWith(owner: Pod | Node): Iterable<string> {
    const name = recordNameOf(owner), record = this.#records.get(name), self = owner.metadata.name;
    for (const { subnet, address } of publishedBy(owner)) {
      const claim = claimName(subnet, address), holder = this.#claims.get(claim)?.spec.holder;
      const others = this.#known(claim).filter((o) => o.metadata.uid !== owner.metadata.uid);
      for (const other of others) {
        yield `S1: ${self} and ${other.metadata.name} both have ${address} of ${subnet}`;
      }
      // Who wears a Vip has the Vip's address, which the Vip holds.
      const worn = record && wornVipOf(record);
      const isHeld = record && (worn ? holder?.uid === worn.uid : holder?.uid === record.metadata.uid);
      if (!isHeld) yield `S2: ${self} has ${address} of ${subnet}, held by ${holder?.name ?? "nobody"}`;
      else if (ownerUidOf(record) !== owner.metadata.uid) yield `S2: the record of ${self} serves another`;
    }
  }

  #tell(id: string, owner: Pod | Node | undefined): readonly (Pod | Node)[] {
    const former = this.#owners.get(id), alive = owner && isTold(owner) ? owner : undefined;
    for (const index of indexOf(former)) this.#tellers.get(index)?.delete(id);
    for (const index of indexOf(alive)) {
      const ids = this.#tellers.get(index) ?? new Set();
      this.#tellers.set(index, ids.add(id));
    }
    set(this.#owners, id, alive);
    return alive ? [alive] : [];
  }

  #known(index: string): readonly (Pod | Node)[] {
    return [...this.#tellers.get(index) ?? []].map((id) => this.#owners.get(id)!);
  }
}

const isTold = (owner: Pod | Node): boolean =>
  publishedBy(owner).length > 0 && (owner.kind === Node.kind || isAlive(owner as Pod));

function indexOf(owner: Pod | Node | undefined): readonly string[] {
  if (!owner) return [];
  const claims = publishedBy(owner).map((p: Published) => claimName(p.subnet, p.address));
  return [...claims, `record ${recordNameOf(owner)}`];
}

function set<T extends Obj>(map: Map<string, T>, key: string, object: T | undefined): void {
  if (object) map.set(key, object);
  else map.delete(key);
}
