/** What every verb works with, and the checks that several of them share. */
import type { Json, Subresource } from "../../kube/api.ts";
import { type Key, type Resource, splitKey } from "../../kube/resource.ts";
import type { Managers, Writer } from "../fields/manager.ts";
import type { Served } from "../kinds/served.ts";
import { forbidden, noSuchResource, notFound } from "../refusal.ts";
import type { Entry, Store } from "../store.ts";

const NAMESPACES = { group: "", plural: "namespaces", kind: "Namespace" };

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
  /** Who owns the fields of the body, if it is an object. */
  readonly managers?: Managers;
  /** The items of the body, if it is a list. */
  readonly entries?: () => readonly (Entry | undefined)[];
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

/** @throws Refusal when the kind has no such subresource; of a custom kind that looks like an absent object. */
export function checkSubresource({ kind, key, subresource }: Target): void {
  if (subresource === undefined || kind.subresources.has(subresource)) return;
  throw kind.custom ? notFound(kind, splitKey(key)[1]) : noSuchResource();
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
  const found = core.store.collection(NAMESPACES).entries.get(namespace);
  if (!found) throw notFound(NAMESPACES, namespace);
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
