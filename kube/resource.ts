/** What every Kubernetes object looks like on the wire, and where its URL is. */

/** Where a kind of object lives: enough to build its URL. */
export interface Resource {
  /** `v1` or `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
}

export interface Obj {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Meta;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** `namespace/name`, or `name` when cluster-scoped. */
export type Key = string;

export function keyOf(
  object: { readonly metadata: { readonly name: string; readonly namespace?: string } },
): Key {
  const { name, namespace } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/** The two halves of a key: `splitKey("prod/web-0")` is `["prod", "web-0"]`, `splitKey("sn1")` is `[undefined, "sn1"]`. */
export function splitKey(key: Key): [namespace: string | undefined, name: string] {
  const at = key.indexOf("/");
  return at < 0 ? [undefined, key] : [key.slice(0, at), key.slice(at + 1)];
}

/**
 * Orders two resource versions of one object: by length, then by text; never as a JS number.
 *
 * @returns negative, zero or positive, like a comparator.
 * @see KEP-5504 (comparable resource versions)
 */
export function compareVersions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
