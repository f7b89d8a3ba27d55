/** Where things are on an API server. */
import type { Subresource } from "./api.ts";
import { type Key, type Resource, splitKey } from "./resource.ts";

/**
 * The path of all objects of a kind, in one namespace or in all.
 *
 * @example `/apis/apps/v1/namespaces/prod/statefulsets`
 * @see {@link https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris}
 * @throws RangeError, URIError as {@link objectPath}
 */
export function collectionPath({ apiVersion, plural }: Resource, namespace?: string): string {
  const root = apiVersion.includes("/") ? "/apis/" : "/api/";
  const scope = namespace ? `/namespaces/${segment(namespace)}` : "";
  return `${root}${apiVersion}${scope}/${plural}`;
}

/**
 * The path of one object or of a part of it.
 *
 * @example `/api/v1/namespaces/prod/pods/web-0/status`
 * @throws RangeError when no object can have this name, URIError when it is not well-formed text
 */
export function objectPath(resource: Resource, key: Key, subresource?: Subresource): string {
  const [namespace, name] = splitKey(key);
  const path = `${collectionPath(resource, namespace)}/${segment(name)}`;
  return subresource ? `${path}/${subresource}` : path;
}

/** Names come from users: an empty one would turn the path of an object into that of its collection, dots into a parent's. */
function segment(name: string): string {
  if (name === "" || name === "." || name === "..") throw new RangeError(`no object is named "${name}"`);
  return encodeURIComponent(name);
}
