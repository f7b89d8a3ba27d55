/** What was told once and is to be told again, as long as nobody takes it away. */
import type { AddressClaim } from "../../../crds/address_claim.ts";
import { IP } from "../../../crds/ip.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import type { Write } from "../cluster.ts";
import type { Facts, Told } from "../facts.ts";

interface Promised {
  readonly told: Told;
}

export class Promises<P extends Promised> {
  readonly #kept = new Map<string, P>();

  /** @returns what was promised there before. */
  keep(id: string, promise: P, { cluster }: Facts): Told | undefined {
    const before = this.#kept.get(id)?.told;
    // Told of a record that somebody deleted meanwhile: then another may come in its place.
    if (cluster.get(IP, promise.told.holder.name)) this.#kept.set(id, promise);
    return before;
  }

  forget(which: (promise: P) => boolean): void {
    for (const [id, promise] of this.#kept) if (which(promise)) this.#kept.delete(id);
  }

  /** What users edit or delete by hand binds nobody any more, nor what was of a Subnet that is gone or was taken from us. */
  takenBy({ kind, object, by, type }: Write, facts: Facts): void {
    const { name, uid } = object.metadata;
    if (kind.kind === "IP" && by === "user") this.forget(({ told }) => told.holder.name === name);
    if (kind.kind === "AddressClaim" && by === "user") {
      this.forget(({ told }) => told.holder.name === (object as AddressClaim).spec.holder.name);
    }
    if (kind.kind === "Subnet" && (type === "DELETED" || facts.stripped.has(uid))) {
      this.forget(({ told }) => told.subnet === keyOf(object));
    }
  }
}

export const textOf = ({ subnet, addresses, mac }: Told): string =>
  `${addresses.join()} of ${subnet} with ${mac}`;
