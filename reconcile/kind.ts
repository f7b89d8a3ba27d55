/** What a kind of object is: the one descriptor every other API takes instead of a string. */
import type { Key, Obj, Resource } from "../kube/resource.ts";
export {
  compareVersions,
  type Key,
  keyOf,
  type Meta,
  type Obj,
  type OwnerReference,
  splitKey,
} from "../kube/resource.ts";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
}

/** How answers of a kind are come by of which the API server keeps no objects: see `questions.ts`. */
export interface Asked {
  /** What is created to be answered. */
  readonly spec: (key: Key) => unknown;
  /** How long an answer counts, from when it was asked for. */
  readonly lastsMs: number;
}

/**
 * A kind, and in its type the shape of its objects.
 *
 * `ours` says who writes verdicts where: on our kinds they are conditions in `status` and Events, on others Events only.
 */
export interface Kind<T extends Obj = Obj> extends Resource {
  readonly ours: boolean;
  /** Whether `/status` is there. */
  readonly statusSubresource: boolean;
  /** Whether its status is written with the object itself, there being no `/status`: Kube-OVN's `vips`. */
  readonly inlineStatus: boolean;
  /** Fields of its status that others build on: who waits for it waits for them as well as for what its conditions say. */
  readonly offers: readonly string[];
  /** A cluster may not serve it: that is as if there were none of it, and nothing waits for it. */
  readonly optional: boolean;
  /** Watched in these namespaces only, so that nothing needs to be granted in others; absent: everywhere. */
  readonly namespaces?: readonly string[];
  /** Drops what no handler reads, so that a large cluster fits into memory. */
  readonly trim?: (object: Obj) => Obj;
  /** It is asked instead of watched. */
  readonly asked?: Asked;
  /** Carries the type only; never set. */
  readonly __type?: T;
}

/** `Of<typeof Subnet>` is the object type that the descriptor `Subnet` stands for. */
export type Of<K> = K extends Kind<infer T> ? T : never;

export interface KindOptions {
  readonly namespaced?: boolean;
  readonly ours?: boolean;
  readonly statusSubresource?: boolean;
  readonly inlineStatus?: boolean;
  readonly offers?: readonly string[];
  readonly optional?: boolean;
  readonly trim?: (object: Obj) => Obj;
  readonly asked?: Asked;
}

/** `kind<Subnet>("kubeovn.io/v1", "Subnet", "subnets", { ours: true, statusSubresource: true })` */
export function kind<T extends Obj>(
  apiVersion: string,
  name: string,
  plural: string,
  {
    namespaced = false,
    ours = false,
    statusSubresource = false,
    inlineStatus = false,
    offers = [],
    optional = false,
    trim,
    asked,
  }: KindOptions = {},
): Kind<T> {
  return Object.freeze({
    apiVersion,
    kind: name,
    plural,
    namespaced,
    ours,
    statusSubresource,
    inlineStatus,
    offers,
    optional,
    ...(trim ? { trim } : {}),
    ...(asked ? { asked } : {}),
  });
}

/** The same kind, watched in these namespaces only. */
export function within<K extends Kind>(kind: K, namespaces: readonly string[]): K {
  return Object.freeze({ ...kind, namespaces: [...new Set(namespaces)] });
}

/** Whether verdicts about its objects are conditions; about all others they are Events only. */
export const hasStatus = (kind: Kind): boolean => kind.statusSubresource || kind.inlineStatus;

export const isDeleting = (object: Obj): boolean => object.metadata.deletionTimestamp !== undefined;
