/** What every verb works with, and the checks that several of them share. */
import type { Json, Subresource } from "../../kube/api.ts";
import { type Key, type Resource, splitKey } from "../../kube/resource.ts";
import type { Writer } from "../fields/managers.ts";
import type { Served } from "../kinds/served.ts";
import { badRequest, forbidden, noSuchResource, notFound } from "../refusal.ts";
import { decode } from "../schema/decode.ts";
import type { Entry, Store } from "../store.ts";

export interface Core {
  readonly store: Store;
  /** @throws Refusal when no such kind is served. */
  kindOf(resource: Resource): Served;
  /** The definition of a custom kind is going. */
  isEnding(kind: Served): boolean;
}

export interface Answered {
  readonly status: number;
  readonly body: Json;
}

/** A request whose kind is known. */
export interface Target {
  readonly core: Core;
  readonly kind: Served;
  readonly key: Key;
  readonly manager: string;
  readonly subresource: Subresource | undefined;
}

export function entryOf({ core, kind, key }: Pick<Target, "core" | "kind" | "key">): Entry {
  const entry = core.store.collection(kind).entries.get(key);
  if (!entry) throw notFound(kind, splitKey(key)[1]);
  return entry;
}

export function writerOf({ core, kind, manager, subresource }: Target): Writer {
  return {
    name: manager,
    apiVersion: kind.apiVersion,
    subresource: subresource ?? "",
    time: core.store.environment.now(),
  };
}

/** A body as the server keeps it. */
export function decodeBody({ shape, behaviour }: Served, body: Json): Json {
  const decoded = decode(shape, body);
  return behaviour.onDecode?.(decoded) ?? decoded;
}

/** Nobody writes the status of a kind through its main resource, if it has a subresource for that. */
export function withoutStatus({ subresources }: Served, body: Json): Json {
  if (!subresources.has("status") || body.status === undefined) return body;
  const { status: _, ...rest } = body;
  return rest;
}

/** @throws Refusal when the kind has no such subresource. */
export function checkSubresource(kind: Served, subresource: Subresource | undefined): void {
  if (subresource !== undefined && !kind.subresources.has(subresource)) throw noSuchResource();
}

/** @throws Refusal when the body is of another kind. */
export function checkBody({ apiVersion, kind }: Served, body: Json): void {
  if (
    body.kind !== undefined && body.kind !== kind ||
    body.apiVersion !== undefined && body.apiVersion !== apiVersion
  ) {
    throw badRequest(
      `the API version in the data (${body.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
}

/** @throws Refusal when something new may not be created there now. */
export function checkRoom({ core, kind, key }: Target): void {
  const [namespace, name] = splitKey(key);
  if (core.isEnding(kind)) {
    throw forbidden(kind, name, {
      why: "create not allowed while custom resource definition is terminating",
    });
  }
  if (!namespace) return;
  const found = core.store.collection({ group: "", plural: "namespaces" }).entries.get(namespace);
  if (!found) throw notFound({ group: "", plural: "namespaces", kind: "Namespace" }, namespace);
  if (found.object.metadata.deletionTimestamp === undefined) return;
  throw forbidden(kind, name, {
    why: `unable to create new content in namespace ${namespace} because it is being terminated`,
    causes: [{
      reason: "NamespaceTerminating",
      message: `namespace ${namespace} is being terminated`,
      field: "metadata.namespace",
    }],
  });
}
