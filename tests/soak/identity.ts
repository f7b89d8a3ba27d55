/** S7: a virtual machine has the same addresses and MACs in every one of its pods, as long as it exists. */
import { Pod, VirtualMachine } from "../../crds/foreign.ts";
import { isAlive } from "../../crds/published.ts";
import { compareVersions } from "../../reconcile/kind.ts";
import type { Commit } from "../e2e/journal.ts";
import { shownBy } from "../histories/facts.ts";

/** @returns what was wrong, with the version of the commit that made it so. */
export function machinesKept(commits: readonly Commit[]): readonly string[] {
  /** By machine and network. */
  const had = new Map<string, string>(), wrong: string[] = [];
  for (
    const { kind, key, object, version } of commits.toSorted((a, b) => compareVersions(a.version, b.version))
  ) {
    const isGone = !object || object.metadata.deletionTimestamp !== undefined;
    if (kind.kind === VirtualMachine.kind && isGone) {
      for (const each of had.keys()) if (each.startsWith(`${key} `)) had.delete(each);
    }
    if (kind.kind !== Pod.kind || isGone || !isAlive(object as Pod)) continue;
    const { namespace, labels } = object.metadata, name = labels?.["vm.kubevirt.io/name"];
    if (!name) continue;
    for (const { provider, addresses, mac } of shownBy(kind, object)) {
      const id = `${namespace}/${name} ${provider}`, before = had.get(id), now = `${addresses} ${mac}`;
      if (before !== undefined && before !== now) {
        wrong.push(`S7: ${id} had ${before} and has ${now}, since ${version}`);
      }
      had.set(id, now);
    }
  }
  return wrong;
}
