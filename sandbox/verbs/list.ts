/** LIST, in pages if wanted. */
import type { List } from "../../kube/api.ts";
import type { Served } from "../kinds/served.ts";
import { badRequest, expired, Refusal } from "../refusal.ts";
import { matcher } from "../selector.ts";
import type { Answered, Core } from "./context.ts";

export interface ListOptions {
  readonly limit?: number;
  /** `metadata.continue` of the page before. */
  readonly continue?: string;
  /** Answer with a state not older than that. */
  readonly resourceVersion?: string;
}

/** A page is what follows the last key of the page before, as it is now; its version is that of the first page. */
export function list(core: Core, kind: Served, request: List & ListOptions): Answered {
  const { version, compacted } = core.store;
  const { limit = 0, resourceVersion = "" } = request;
  if (resourceVersion !== "" && !/^\d+$/.test(resourceVersion)) {
    throw badRequest(
      `Invalid value: "${resourceVersion}": strconv.ParseUint: parsing "${resourceVersion}": invalid syntax`,
    );
  }
  if (Number(resourceVersion) > version) throw tooLarge(Number(resourceVersion), version);
  const start = request.continue ? readToken(request.continue) : undefined;
  if (start && start.version < compacted) {
    throw expired("The provided continue parameter is too old to display a consistent list result.");
  }
  const { entries, keys } = view(core, kind);
  const matches = matcher(kind, request);
  const items = [];
  let after: string | undefined;
  for (let at = start ? keys.findIndex((key) => key > start.key) : 0; at >= 0 && at < keys.length; at++) {
    const object = entries.get(keys[at]!)!.object;
    if (matches && !matches(object)) continue;
    if (limit > 0 && items.length === limit) {
      after = keys[at - 1];
      break;
    }
    items.push(object);
  }
  const rv = start?.version ?? version;
  const metadata = {
    resourceVersion: String(rv),
    ...(after === undefined ? {} : { continue: btoa(JSON.stringify({ key: after, version: rv })) }),
  };
  return { status: 200, body: { kind: kind.listKind, apiVersion: kind.apiVersion, metadata, items } };
}

function view(core: Core, kind: Served) {
  const collection = core.store.collection(kind);
  return { entries: collection.entries, keys: collection.keys() };
}

function readToken(token: string): { key: string; version: number } {
  try {
    const { key, version } = JSON.parse(atob(token));
    if (typeof key === "string" && typeof version === "number") return { key, version };
  } catch {
    // told below
  }
  throw badRequest("continue key is not valid");
}

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#unavailable-resource-versions */
function tooLarge(wanted: number, current: number): Refusal {
  return new Refusal(504, "Timeout", `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}
