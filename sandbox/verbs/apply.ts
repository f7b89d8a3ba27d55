/** Server-side apply. */
import type { Json } from "../../kube/api.ts";
import { splitKey } from "../../kube/resource.ts";
import { type Conflict, trackApply, type Writer } from "../fields/managers.ts";
import { members } from "../fields/field_set.ts";
import { badRequest, conflict, notFound, Refusal } from "../refusal.ts";
import { decode, unknownField } from "../schema/decode.ts";
import { type Answered, type Target, withoutStatus, writerOf } from "./context.ts";
import { insert, prepare } from "./create.ts";
import { reset, store } from "./update.ts";

/** Applied to an absent object, a configuration creates it. */
export function apply(target: Target, { body, force }: { body: Json; force: boolean }): Answered {
  const { core, kind, key, manager, subresource } = target;
  const [namespace, name] = splitKey(key);
  if (body.metadata?.managedFields) throw badRequest("metadata.managedFields must be nil");
  if (!manager) {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const entry = core.store.collection(kind).entries.get(key);
  if (!entry && subresource) throw notFound(kind, name);
  const config = typed(target, body);

  const { uid, resourceVersion, ...metadata } = config.metadata;
  const applied = trackApply(entry?.managers ?? [], {
    shape: kind.shape,
    live: entry?.object ?? kind.always,
    config: { ...part(target, config), metadata },
    writer: writerOf(target),
    force,
  });
  if (!("object" in applied)) throw fieldConflicts(applied);
  const { managers } = applied;
  const object = completed(target, applied.object);
  if (!entry) {
    if (uid) {
      const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
      throw conflict(kind, name, why);
    }
    const named = { ...object, metadata: { ...object.metadata, name, ...(namespace ? { namespace } : {}) } };
    return insert(target, prepare(target, named), managers);
  }
  const live = entry.object.metadata;
  const next = {
    ...object,
    metadata: {
      ...object.metadata,
      uid: uid ?? live.uid,
      resourceVersion: resourceVersion ?? live.resourceVersion,
    },
  };
  return store(target, entry, { object: reset(target, entry, next), managers });
}

/** @throws Refusal 500 when the configuration has a field that the schema does not know. */
function typed({ kind, key }: Target, body: Json): Json {
  const unknown = unknownField(kind.shape, body);
  if (unknown === undefined) return { ...body, metadata: body.metadata ?? {} };
  const [namespace = "", name] = splitKey(key);
  throw new Refusal(
    500,
    "",
    `failed to create typed patch object (${namespace}/${name}; ${kind.apiVersion}, Kind=${kind.kind}): ${unknown}: field not declared in schema`,
  );
}

/** What of a configuration counts on this resource. */
function part({ kind, subresource }: Target, { apiVersion, kind: name, ...config }: Json): Json {
  const head = { apiVersion: apiVersion ?? kind.apiVersion, kind: name ?? kind.kind };
  if (subresource === "status" && kind.custom) {
    return config.status === undefined ? head : { ...head, status: config.status };
  }
  if (subresource === "status") {
    const { spec: _, ...rest } = config;
    return { ...head, ...rest };
  }
  return { ...head, ...withoutStatus(kind, config) };
}

function completed({ kind }: Target, object: Json): Json {
  const decoded = decode(kind.shape, object);
  return kind.behaviour.onDecode?.(decoded) ?? decoded;
}

function fieldConflicts(conflicts: readonly Conflict[]): Refusal {
  const causes = conflicts.flatMap(({ manager, fields }) =>
    [...members(fields)].map((path) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${shown(manager)}`,
      field: path.map(step).join(""),
    }))
  ).sort((a, b) => a.field < b.field ? -1 : 1);
  const message = causes.length === 1
    ? `Apply failed with 1 conflict: ${causes[0]!.message}: ${causes[0]!.field}`
    : `Apply failed with ${causes.length} conflicts: ${grouped(causes)}`;
  return new Refusal(409, "Conflict", message, { causes });
}

function shown({ name, operation, subresource, apiVersion, time }: Writer & { operation: string }): string {
  const where = subresource ? ` with subresource ${JSON.stringify(subresource)}` : "";
  const when = operation === "Update" ? ` using ${apiVersion} at ${time}` : ` using ${apiVersion}`;
  return `${JSON.stringify(name)}${where}${operation === "Update" ? when : ""}`;
}

function grouped(causes: readonly { message: string; field: string }[]): string {
  const lines = Map.groupBy(causes, ({ message }) => message);
  return `conflicts ${
    [...lines].map(([message, of]) =>
      `${message.slice("conflict ".length)}:\n${of.map(({ field }) => `- ${field}`).join("\n")}`
    ).join("\nconflicts ")
  }`;
}

/** `f:spec` as `.spec`, `k:{"type":"Ready"}` as `[type="Ready"]`. */
function step(text: string): string {
  if (text.startsWith("f:")) return `.${text.slice(2)}`;
  if (text.startsWith("v:")) return `[=${text.slice(2)}]`;
  const keys = Object.entries(JSON.parse(text.slice(2)));
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}
