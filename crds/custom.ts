/** What objects of our own kinds have in common. */
import type { Meta, Obj } from "../reconcile/kind.ts";
import type { Infer } from "./schema.ts";

export const KUBEOVN = "kubeovn.io/v1";
/** The group of what Kube-OVN does not have; also the prefix of our own annotations. */
export const CADASTRE = "ipam.cadastre.internal";

/** Kubernetes' limit for the name of an object. */
export const LONGEST_NAME = 253;

/** An object of a custom kind, from its two schemas. {@link trimMeta} sees to it that `spec` is always there. */
export interface Custom<Spec, Status = undefined> extends Obj {
  readonly spec: Infer<Spec>;
  readonly status?: Infer<Status>;
}

/** Drops `managedFields`, by far the largest part of a small object, and gives an object without `spec` an empty one. */
export function trimMeta(object: Obj): Obj {
  const { managedFields: _, ...metadata } = object.metadata as Meta & { managedFields?: unknown };
  return { ...object, metadata, spec: object.spec ?? {} };
}
