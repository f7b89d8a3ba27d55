/** What is left in memory of objects that are not ours: with 50,000 pods every field counts. */
import type { Meta, Obj } from "../reconcile/kind.ts";
import { isOurs } from "./annotations.ts";
import { pick } from "./pick.ts";

type Fields<T, Part extends string> = Part extends keyof T ? readonly (keyof NonNullable<T[Part]>)[] : never;

interface Kept<T> {
  readonly spec?: Fields<T, "spec">;
  readonly status?: Fields<T, "status">;
  readonly labels?: (labels: Meta["labels"]) => Meta["labels"];
}

/** Leaves these fields, and what is left of every object. */
export function keeping<T extends Obj>({ spec, status, labels }: Kept<T>): (object: Obj) => Obj {
  const some = (part: unknown, fields: readonly PropertyKey[]) =>
    pick((part ?? {}) as Record<PropertyKey, unknown>, ...fields);
  return (object) => {
    const trimmed = bare(object), kept = labels?.(object.metadata.labels);
    return {
      ...trimmed,
      ...(kept ? { metadata: { ...trimmed.metadata, labels: kept } } : {}),
      ...(spec ? { spec: some(object.spec, spec) } : {}),
      ...(status ? { status: some(object.status, status) } : {}),
    };
  };
}

export function bare({ apiVersion, kind, metadata }: Obj): Obj {
  const annotations = ours(metadata.annotations);
  const owner = metadata.ownerReferences?.find((reference) => reference.controller);
  return {
    apiVersion,
    kind,
    metadata: {
      ...pick(
        metadata,
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "finalizers",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
      ),
      ...(annotations ? { annotations } : {}),
      ...(owner ? { ownerReferences: [owner] } : {}),
    },
  };
}

function ours(annotations: Meta["annotations"]): Meta["annotations"] {
  const kept = Object.entries(annotations ?? {}).filter(([key]) => isOurs(key));
  return kept.length ? Object.fromEntries(kept) : undefined;
}
