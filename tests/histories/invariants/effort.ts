/** How much is written for one pod, from its creation to the end of what it had. */
import type { AddressClaim } from "../../../crds/address_claim.ts";
import type { IP } from "../../../crds/ip.ts";
import { addressesOf, ownerUidOf } from "../../../crds/record.ts";
import { memo } from "../../../reconcile/memo.ts";
import type { Write } from "../cluster.ts";
import type { Facts } from "../facts.ts";
import type { Invariant } from "./invariant.ts";

interface Life {
  readonly key: string;
  /** What we wrote: the pod, its records, their claims. Events and counters are none of these. */
  writes: number;
  /** What others did to any of these by hand. */
  edits: number;
  /** How many addresses each of its records has had. */
  readonly interfaces: Map<string, number>;
}

/** Of every pod, by its uid. */
class Lives {
  readonly #lives = new Map<string, Life>();
  /** Uid of a record → uid of the pod that it last named. */
  readonly #owners = new Map<string, string>();

  /** @returns the life that it was written for, if we wrote it. */
  note(write: Write): Life | undefined {
    const { kind, object, by, type } = write, { uid } = object.metadata;
    if (kind.kind === "Pod" && type === "ADDED") {
      const key = `${object.metadata.namespace}/${object.metadata.name}`;
      this.#lives.set(uid, { key, writes: 0, edits: 0, interfaces: new Map() });
      return;
    }
    const life = this.#lives.get(this.#podOf(write) ?? "");
    if (!life) return;
    if (kind.kind === "IP") {
      const { name } = object.metadata, before = life.interfaces.get(name) ?? 0;
      life.interfaces.set(name, Math.max(before, addressesOf(object as IP).length));
    }
    if (by === "user") life.edits++;
    if (typeof by !== "number") return;
    life.writes++;
    return life;
  }

  #podOf({ kind, object }: Write): string | undefined {
    switch (kind.kind) {
      case "Pod":
        return object.metadata.uid;
      case "IP": {
        const owner = ownerUidOf(object as IP);
        if (owner !== undefined) this.#owners.set(object.metadata.uid, owner);
        return owner;
      }
      case "AddressClaim":
        return this.#owners.get((object as AddressClaim).spec.holder.uid);
    }
  }
}

const livesOf = memo((_: Facts) => new Lives());

/** Of one address: three to allocate, one to say `routed`, two to release; the rest is for crashes, late writes and moving. */
const FOR_AN_ADDRESS = 20;
/** What a hand took away is put back: the record, its claims, the annotations, and a look at who has it now. */
const FOR_AN_EDIT = 6;

/** L16. */
const bounded: Invariant = {
  id: "L16",
  says:
    "of one pod no more is written than so much for each address that its interfaces have, and for each time that somebody changed these by hand",
  afterWrite: (write, facts) => {
    const life = livesOf(facts).note(write);
    if (!life) return;
    const { key, writes, edits, interfaces } = life;
    const addresses = [...interfaces.values()].reduce((sum, each) => sum + each, 0);
    if (writes <= FOR_AN_ADDRESS * Math.max(addresses, 1) + FOR_AN_EDIT * edits) return;
    return `${writes} writes for ${key}, which has ${addresses} addresses and was changed ${edits} times by hand`;
  },
};

export const effort: readonly Invariant[] = [bounded];
