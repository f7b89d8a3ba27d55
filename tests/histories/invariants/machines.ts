/** What a virtual machine keeps, whichever pods run it. */
import { NETWORKS, OVN } from "../../../crds/annotations.ts";
import { isAlive } from "../../../crds/published.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { memo } from "../../../reconcile/memo.ts";
import type { Records, Write } from "../cluster.ts";
import type { Facts, Told } from "../facts.ts";
import { isThere, machineOf, runnersOf } from "../machines.ts";
import type { Invariant } from "./invariant.ts";
import { Promises, textOf } from "./promises.ts";

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
class KeptByMachines {
  readonly #promises = new Promises<Kept>();

  judge(write: Write, facts: Facts): string | undefined {
    const { kind, object, by, type } = write;
    this.#promises.takenBy(write, facts);
    switch (kind.kind) {
      case "VirtualMachine":
        if (!isThere(keyOf(object), facts.cluster)) {
          this.#promises.forget(({ machine }) => machine === keyOf(object));
        }
        return;
      case "IP":
        if (type === "DELETED") {
          this.#promises.forget((kept) =>
            kept.told.holder.name === object.metadata.name && isUnplugged(kept, facts.cluster)
          );
        }
        return;
      case "Pod":
        return typeof by === "number" ? this.#pod(object.metadata.uid, facts) : undefined;
    }
  }

  #pod(uid: string, facts: Facts): string | undefined {
    for (const told of facts.toldTo(uid)) {
      const machine = machineOf(told, facts.cluster);
      if (!machine || told.adopted || !isThere(machine, facts.cluster)) continue;
      const before = this.#promises.keep(`${machine} ${told.provider}`, { machine, told }, facts);
      if (before && textOf(before) !== textOf(told)) {
        return `${told.owner} runs ${machine} with ${textOf(told)}, which had ${textOf(before)}`;
      }
    }
  }
}

const keptOf = memo((_: Facts) => new KeptByMachines());

const kept: Invariant = {
  id: "S7",
  says:
    "a machine keeps address and MAC as long as it is there, whichever pods run it, unless somebody intervenes, or it runs without that network",
  afterWrite: (write, facts) => keptOf(facts).judge(write, facts),
};

export const machines: readonly Invariant[] = [kept];
