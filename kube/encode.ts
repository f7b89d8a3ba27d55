/** From a request as plain data to what goes over the wire. */
import type { Json, List, Request, WatchOptions } from "./api.ts";
import { collectionPath, objectPath } from "./path.ts";
import { keyOf, type Resource } from "./resource.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** Without the question mark; may be empty. */
  readonly query: string;
  readonly contentType?: string;
  /** To be printed as JSON, without what is undefined. */
  readonly body?: Json;
}

/** Objects per page of a list: one page parses well within a frame of 50 ms. */
const PAGE = 500;

/**
 * One request; of a list, its first page.
 *
 * @throws RangeError, URIError when the object's name can not stand in a path
 */
export function encode(request: Request): HttpRequest {
  const { verb, resource } = request;
  switch (verb) {
    case "get":
      return { method: "GET", path: objectPath(resource, request.key), query: "" };
    case "list":
      return encodePage(request);
    case "create": {
      const { body, manager, subresource } = request;
      const path = subresource
        ? objectPath(resource, keyOf(body), subresource)
        : collectionPath(resource, body.metadata.namespace);
      return { method: "POST", path, query: managed(manager), contentType: "application/json", body };
    }
    case "update": {
      const { body, manager, subresource } = request;
      const path = objectPath(resource, keyOf(body), subresource);
      return { method: "PUT", path, query: managed(manager), contentType: "application/json", body };
    }
    case "apply": {
      const { body, manager, force, subresource } = request;
      const path = objectPath(resource, keyOf(body), subresource);
      // YAML is a superset of JSON; servers before 1.34 know no application/apply-patch+json.
      const contentType = "application/apply-patch+yaml";
      return { method: "PATCH", path, query: `${managed(manager)}&force=${force}`, contentType, body };
    }
    case "merge": {
      const { key, body, manager, subresource } = request;
      const path = objectPath(resource, key, subresource);
      return {
        method: "PATCH",
        path,
        query: managed(manager),
        contentType: "application/merge-patch+json",
        body,
      };
    }
    case "patch": {
      const { key, steps, manager, subresource } = request;
      const path = objectPath(resource, key, subresource);
      const contentType = "application/json-patch+json";
      return { method: "PATCH", path, query: managed(manager), contentType, body: steps };
    }
    case "delete": {
      const { key, uid, resourceVersion, gracePeriodSeconds, propagationPolicy } = request;
      const guarded = uid !== undefined || resourceVersion !== undefined;
      const body = {
        apiVersion: "v1",
        kind: "DeleteOptions",
        gracePeriodSeconds,
        propagationPolicy,
        preconditions: guarded ? { uid, resourceVersion } : undefined,
      };
      return {
        method: "DELETE",
        path: objectPath(resource, key),
        query: "",
        contentType: "application/json",
        body,
      };
    }
  }
}

/**
 * One page of a list.
 *
 * No `resourceVersion` is sent: that is what makes a list consistent.
 *
 * @param token `metadata.continue` of the page before
 */
export function encodePage(
  { resource, namespace, labelSelector, fieldSelector }: List,
  token?: string,
): HttpRequest {
  const query = queryOf({ limit: `${PAGE}`, labelSelector, fieldSelector, continue: token });
  return { method: "GET", path: collectionPath(resource, namespace), query };
}

/**
 * A watch of one namespace or of all, with bookmarks.
 *
 * @param resourceVersion resume after it; absent: a consistent state first, as `ADDED` lines
 * @see KEP-3157
 */
export function encodeWatch(
  resource: Resource,
  { resourceVersion, namespace }: Pick<WatchOptions, "resourceVersion" | "namespace"> = {},
): HttpRequest {
  const start: Record<string, string> = resourceVersion === undefined
    ? { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan" }
    : { resourceVersion };
  const query = queryOf({ watch: "true", allowWatchBookmarks: "true", ...start });
  return { method: "GET", path: collectionPath(resource, namespace), query };
}

function managed(manager: string): string {
  return `fieldManager=${encodeURIComponent(manager)}`;
}

function queryOf(values: Record<string, string | undefined>): string {
  return Object.entries(values)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}
