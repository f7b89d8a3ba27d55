/** What every verb works with, and the checks that several of them share. */
import type { Json, Subresource } from "../../kube/api.ts";
import { type Key, type Resource, splitKey } from "../../kube/resource.ts";
import type { Managers, Writer } from "../fields/managers.ts";
import type { Served } from "../kinds/served.ts";
import { badRequest, forbidden, noSuchResource, notFound, Refusal } from "../refusal.ts";
import { decode } from "../schema/decode.ts";
import { typeProblem } from "../schema/typed.ts";
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

/**
 * A body as the server keeps it.
 *
 * @param options.live what a patch made the body of: parts that are still the same need no second look.
 * @throws Refusal when what is typed, everything of a built-in kind and all metadata, cannot be read from it.
 */
export function decodeBody(
  { shape, behaviour, custom, kind, version, always }: Served,
  body: Json,
  { live }: { live?: Json } = {},
): Json {
  const problem = custom
    ? typeProblem(shape.fields!.get("metadata")!, body.metadata, { strict: false }, ".metadata")
    : typeProblem(shape, changedParts(body, live), { strict: false });
  if (problem && live) throw invalidPatch(problem);
  if (problem) {
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: json: ${problem}`);
  }
  const decoded = withParts(always, decode(shape, body, live));
  return behaviour.onDecode?.(decoded) ?? decoded;
}

function changedParts(body: Json, live: Json): Json {
  if (live === undefined) return body;
  return Object.fromEntries(Object.entries(body).filter(([key, part]) => part !== live[key]));
}

/** Names no object: that is how it is told from what is wrong with one. */
function invalidPatch(problem: string): Refusal {
  const message = `Invalid value: json: ${problem}`;
  const causes = [{ reason: "FieldValueInvalid", message, field: "patch" }];
  return new Refusal(422, "Invalid", ` "" is invalid: patch: ${message}`, { causes });
}

/** An object with those parts that it must have, where it has not got them. */
export function withParts(parts: Json, object: Json): Json {
  let result = object;
  for (const key in parts) {
    const [part, own] = [parts[key], object[key]];
    const isDeep = own !== undefined && typeof part === "object" && part !== null;
    const next = own === undefined ? part : isDeep ? withParts(part, own) : own;
    if (next === own) continue;
    if (result === object) result = { ...object };
    result[key] = next;
  }
  return result;
}

/** Nobody writes the status of a kind through its main resource, if it has a subresource for that. */
export function withoutStatus({ subresources }: Served, body: Json): Json {
  if (!subresources.has("status") || body.status === undefined) return body;
  const { status: _, ...rest } = body;
  return rest;
}

/** @throws Refusal when the kind has no such subresource; of a custom kind that looks like an absent object. */
export function checkSubresource({ kind, key, subresource }: Target): void {
  if (subresource === undefined || kind.subresources.has(subresource)) return;
  throw kind.custom ? notFound(kind, splitKey(key)[1]) : noSuchResource();
}

/**
 * Whether ownership can be told: not when a part that does not count here is of a wrong type, for then nothing is known of anybody.
 */
export function isTrackable(
  { kind, subresource }: Pick<Target, "kind" | "subresource">,
  decoded: Json,
): boolean {
  if (!kind.custom || kind.behaviour.onStatus === undefined) return true;
  const part = subresource === "status" ? "spec" : "status";
  const shape = kind.shape.fields?.get(part);
  return !shape || typeProblem(shape, decoded[part], { strict: false }) === undefined;
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
