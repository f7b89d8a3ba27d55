/** What a virtual machine keeps, whichever pods run it. */
import type { AddressClaim } from "../../../crds/address_claim.ts";
import { NETWORKS, OVN } from "../../../crds/annotations.ts";
import { isAlive } from "../../../crds/published.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { memo } from "../../../reconcile/memo.ts";
import type { Records, Write } from "../cluster.ts";
import type { Facts, Told } from "../facts.ts";
import { isThere, machineOf, runnersOf } from "../machines.ts";
import type { Invariant } from "./invariant.ts";

/** Whether the record of that owner key has a machine, or a pod that runs it. */
export function isKeptByMachine(ownerKey: string, cluster: Records): boolean {
  const [namespace, kind, name] = ownerKey.split("/"), machine = `${namespace}/${name}`;
  return kind === "VirtualMachine" && name !== undefined &&
    (isThere(machine, cluster) || [...runnersOf(machine, cluster)].some(isAlive));
}

interface Kept {
  readonly machine: string;
  readonly told: Told;
}

/** Whether a pod runs the machine without that network. */
function isUnplugged({ machine, told: { provider } }: Kept, cluster: Records): boolean {
  return provider !== OVN &&
    [...runnersOf(machine, cluster)].some((pod) =>
      isAlive(pod) && pod.metadata.annotations?.[NETWORKS] === undefined
    );
}

/** What a machine was told of one of its networks, as long as it is there without interruption. */
class Promises {
  readonly #kept = new Map<string, Kept>();

  judge({ kind, object, by, type }: Write, facts: Facts): string | undefined {
    switch (kind.kind) {
      case "VirtualMachine":
        if (!isThere(keyOf(object), facts.cluster)) this.#forget(({ machine }) => machine === keyOf(object));
        return;
      case "IP":
        if (by === "user" || type === "DELETED") {
          this.#forget((kept) =>
            kept.told.holder.name === object.metadata.name &&
            (by === "user" || isUnplugged(kept, facts.cluster))
          );
        }
        return;
      case "AddressClaim":
        if (by === "user") {
          this.#forget(({ told }) => told.holder.name === (object as AddressClaim).spec.holder.name);
        }
        return;
      case "Subnet":
        if (type === "DELETED" || facts.stripped.has(object.metadata.uid)) {
          this.#forget(({ told }) => told.subnet === keyOf(object));
        }
        return;
      case "Pod":
        return typeof by === "number" ? this.#pod(object.metadata.uid, facts) : undefined;
    }
  }

  #pod(uid: string, facts: Facts): string | undefined {
    for (const told of facts.toldTo(uid)) {
      const machine = machineOf(told, facts.cluster), id = `${machine} ${told.provider}`;
      if (!machine || told.adopted || !isThere(machine, facts.cluster)) continue;
      const before = this.#kept.get(id)?.told;
      this.#kept.set(id, { machine, told });
      if (before && textOf(before) !== textOf(told)) {
        return `${told.owner} runs ${machine} with ${textOf(told)}, which had ${textOf(before)}`;
      }
    }
  }

  #forget(which: (kept: Kept) => boolean): void {
    for (const [id, kept] of this.#kept) if (which(kept)) this.#kept.delete(id);
  }
}

const textOf = ({ subnet, addresses, mac }: Told): string => `${addresses.join()} of ${subnet} with ${mac}`;

const promisesOf = memo((_: Facts) => new Promises());

const kept: Invariant = {
  id: "S7",
  says:
    "a machine keeps address and MAC as long as it is there, whichever pods run it, unless somebody intervenes, or it runs without that network",
  afterWrite: (write, facts) => promisesOf(facts).judge(write, facts),
};

export const machines: readonly Invariant[] = [kept];
