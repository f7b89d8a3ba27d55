/** Metadata of a changed object. */
import type { Json } from "../../kube/api.ts";
import { forbidden, invalid, type Problem } from "../schema/problem.ts";

/** Some of it is the server's, some of it may never change. */
export function nextMeta(next: Json, live: Json): { metadata: Json; problems: Problem[] } {
  const { managedFields: _, ...metadata } = next;
  metadata.uid ??= live.uid;
  metadata.resourceVersion = live.resourceVersion;
  metadata.creationTimestamp = live.creationTimestamp;
  if (live.generation === undefined) delete metadata.generation;
  else metadata.generation = live.generation;
  const problems: Problem[] = [];
  if (live.deletionTimestamp !== undefined) {
    metadata.deletionTimestamp = live.deletionTimestamp;
    if (live.deletionGracePeriodSeconds !== undefined) {
      metadata.deletionGracePeriodSeconds ??= live.deletionGracePeriodSeconds;
    }
    const before: readonly string[] = live.finalizers ?? [];
    const added = (metadata.finalizers ?? []).filter((each: string) => !before.includes(each));
    if (added.length > 0) problems.push(forbidden("metadata.finalizers", newFinalizers(added)));
  }
  for (const field of ["uid", "deletionTimestamp", "deletionGracePeriodSeconds"]) {
    if (metadata[field] !== live[field]) {
      problems.push(invalid(`metadata.${field}`, metadata[field] ?? null, "field is immutable"));
    }
  }
  return { metadata, problems };
}

function newFinalizers(added: readonly string[]): string {
  const list = added.map((each) => JSON.stringify(each)).join(", ");
  return `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
}
