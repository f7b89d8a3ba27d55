/** S6: as long as a StatefulSet has an ordinal, its pod of that ordinal has the same address, however often it is created anew. */
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { isAlive, publishedBy } from "../../crds/published.ts";
import { compareVersions } from "../../reconcile/kind.ts";
import type { Commit } from "../e2e/journal.ts";

/** @returns what was wrong, with the version of the commit that made it so. */
export function identities(commits: readonly Commit[]): readonly string[] {
  const had = new Map<string, string>(), wrong: string[] = [];
  for (
    const { kind, key, object, version } of commits.toSorted((a, b) => compareVersions(a.version, b.version))
  ) {
    if (kind.kind === StatefulSet.kind) forget(had, key, object as StatefulSet | undefined);
    if (kind.kind !== Pod.kind || !object || !isAlive(object as Pod) || !isOfSet(object as Pod)) continue;
    const address = publishedBy(object as Pod).map((each) => each.address).join();
    if (address === "") continue;
    const before = had.get(key);
    if (before !== undefined && before !== address) {
      wrong.push(`S6: ${key} had ${before} and has ${address}, since ${version}`);
    }
    had.set(key, address);
  }
  return wrong;
}

const isOfSet = ({ metadata }: Pod): boolean =>
  metadata.ownerReferences?.some(({ kind }) => kind === StatefulSet.kind) ?? false;

/** Ordinals that it has no more may come back with another address. */
function forget(had: Map<string, string>, set: string, object: StatefulSet | undefined): void {
  const first = object?.spec.ordinals?.start ?? 0, last = first + (object ? object.spec.replicas ?? 1 : 0);
  for (const pod of had.keys()) {
    const ordinal = pod.startsWith(`${set}-`) ? Number(pod.slice(set.length + 1)) : NaN;
    if (ordinal < first || ordinal >= last) had.delete(pod);
  }
}
