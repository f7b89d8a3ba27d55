/** LIST, in pages if wanted; and as it was, as long as that is remembered. */
import type { Json, List } from "../../kube/api.ts";
import { type Key, keyOf } from "../../kube/resource.ts";
import { stateAt } from "../history.ts";
import type { Served } from "../kinds/served.ts";
import { badRequest, expired, Refusal } from "../refusal.ts";
import { matcher } from "../selector.ts";
import type { Answered, Core } from "./context.ts";

export interface ListOptions {
  readonly limit?: number;
  /** `metadata.continue` of the page before. */
  readonly continue?: string;
  readonly resourceVersion?: string;
  /** @default NotOlderThan */
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan";
}

interface Token {
  /** The last key of the page before. */
  readonly key: string;
  readonly version: number;
}

/** @throws Refusal 410 when a version is forgotten, 504 when it is yet to come. */
export function list(core: Core, kind: Served, request: List & ListOptions): Answered {
  const matches = matcher(kind, request);
  const token = request.continue ? readToken(request.continue) : undefined;
  const { keys, read, version } = snapshot(core, kind, { ...request, ...(token ? { token } : {}) });
  const items: Json[] = [];
  let last = "", more: string | undefined;
  const first = token ? keys.findIndex((key) => key > token.key) : 0;
  for (let at = first; at >= 0 && at < keys.length; at++) {
    const key = keys[at]!;
    const object = read(key);
    if (matches && !matches(object)) continue;
    if (request.limit && items.length === request.limit) {
      more = btoa(JSON.stringify({ key: last, version }));
      break;
    }
    items.push(object);
    last = key;
  }
  const metadata = { resourceVersion: String(version), ...(more === undefined ? {} : { continue: more }) };
  const { entries } = core.store.collection(kind);
  return {
    status: 200,
    body: { kind: kind.listKind, apiVersion: kind.apiVersion, metadata, items },
    entries: () => items.map((item) => entries.get(keyOf(item))),
  };
}

interface Snapshot {
  readonly keys: readonly Key[];
  readonly read: (key: Key) => Json;
  readonly version: number;
}

function snapshot(core: Core, kind: Served, request: ListOptions & { token?: Token }): Snapshot {
  const { version, compacted } = core.store;
  const collection = core.store.collection(kind);
  const wanted = request.token?.version ?? versionOf(request.resourceVersion);
  if (wanted > version) throw tooLarge(wanted, version);
  const isExact = request.token !== undefined || request.resourceVersionMatch === "Exact";
  if (!isExact || wanted === version) {
    return { keys: collection.keys(), read: (key) => collection.entries.get(key)!.object, version };
  }
  if (wanted < compacted) {
    throw expired(
      request.token
        ? "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."
        : "The resourceVersion for the provided list is too old.",
    );
  }
  const state = stateAt(collection, wanted);
  return { keys: [...state.keys()], read: (key) => state.get(key), version: wanted };
}

function versionOf(text = ""): number {
  if (!/^\d*$/.test(text)) {
    throw badRequest(`Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`);
  }
  return Number(text);
}

function readToken(text: string): Token {
  try {
    const { key, version } = JSON.parse(atob(text));
    if (typeof key === "string" && typeof version === "number") return { key, version };
  } catch {
    // Told below.
  }
  throw badRequest("continue key is not valid: the token cannot be read");
}

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#unavailable-resource-versions */
function tooLarge(wanted: number, current: number): Refusal {
  return new Refusal(504, "Timeout", `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}
