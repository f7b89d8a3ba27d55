/** What is fixed for one operator: its name, its finalizers, its relations, and how it keeps its register. */
import type { Key, Kind, Obj } from "./kind.ts";
import type { Relation } from "./relation.ts";

/** Annotation keys of the bookkeeping that a {@link Hold} needs. */
export interface RegisterKeys {
  /** On a record: uid of its owner. */
  readonly ownerUid: string;
  /** On a record: who means to remove it; empty when nobody does. */
  readonly mark: string;
  /** On a record: `"true"` once it was taken over with all its claims. */
  readonly kept: string;
  /** On an owner: the fence; the version of the record that is being withdrawn. */
  readonly withdrawn: string;
  /** On a parent that is going: the version of the record that was taken over under it. */
  readonly used: string;
}

/** A claim says in `spec.holder` who holds it; its uid is the only field that may ever change. */
export interface ClaimLike extends Obj {
  readonly spec: { readonly holder: { readonly kind: string; readonly name: string; readonly uid: string } };
}

export interface Rules {
  /** Prefix of every field manager. */
  readonly operator: string;
  /** The finalizer that we add. */
  readonly finalizer: string;
  /** Finalizers that count as ours when met. */
  readonly formerFinalizers: readonly string[];
  readonly relations: readonly Relation[];
  readonly register: RegisterKeys;
  /** The only annotations that may ever be written on an object that is not ours. */
  readonly mayAnnotate: (kind: Kind, annotation: Key) => boolean;
}

export const isOurFinalizer = (rules: Rules, finalizer: string): boolean =>
  finalizer === rules.finalizer || rules.formerFinalizers.includes(finalizer);

export const isHeld = (rules: Rules, object: Obj): boolean =>
  object.metadata.finalizers?.some((f) => isOurFinalizer(rules, f)) ?? false;

/** The children of a `restrict` relation that mean this very parent, not one of the same name before or after it. */
export function means(relation: Relation, child: Obj, parent: Obj): boolean {
  const uid = relation.uid(child);
  return uid === undefined || uid === parent.metadata.uid;
}
