/**
 * A request with blanks: what two servers can be asked alike although they give out different uids and versions.
 *
 * Strings may contain `$run` (a name nobody else uses) or be one of
 *
 * - `$uid`, `$rv`: of the object as it was last seen by this server's answers,
 * - `$uid.former`, `$rv.stale`: of its predecessor of the same name, of the state before,
 *
 * and a body with `"$live": true` stands for the object as last seen, with the rest of that body merged over it.
 */
import type { Json, Request } from "../../kube/api.ts";
import { keyOf, type Obj } from "../../kube/resource.ts";

export type Operation = Request;

/** What a server has answered about each object so far, oldest first. */
export class Memory {
  readonly #states = new Map<string, Obj[]>();

  remember(plural: string, object: Obj): void {
    const id = `${plural} ${keyOf(object)}`;
    const states = this.#states.get(id) ?? [];
    if (states.at(-1)?.metadata.resourceVersion !== object.metadata.resourceVersion) {
      this.#states.set(id, [...states, object]);
    }
  }

  states(plural: string, key: string): readonly Obj[] {
    return this.#states.get(`${plural} ${key}`) ?? [];
  }
}

/** Stands where there is nothing to refer to: well-formed and of nobody. */
const NOBODY = { uid: "00000000-0000-4000-8000-000000000000", resourceVersion: "1" };

/** The request as one server is sent it. */
export function fill(operation: Operation, { run, memory }: { run: string; memory: Memory }): Request {
  const named = replaceStrings(operation, (text) => text.replaceAll("$run", run));
  const states = memory.states(named.resource.plural, keyOfRequest(named) ?? "");
  const live = states.at(-1);
  const { uid, resourceVersion } = live?.metadata ?? NOBODY;
  const blanks = new Map([
    ["$uid", uid],
    ["$uid.former", states.findLast(({ metadata }) => metadata.uid !== uid)?.metadata.uid ?? NOBODY.uid],
    ["$rv", resourceVersion],
    ["$rv.stale", states.at(-2)?.metadata.resourceVersion ?? NOBODY.resourceVersion],
  ]);
  const filled = replaceStrings(named, (text) => blanks.get(text) ?? text);
  if (!("body" in filled) || !filled.body.$live) return filled;
  const { $live: _, ...edits } = filled.body;
  return { ...filled, body: mergeOver(live ?? {}, edits) };
}

/** Which object a request is about; `undefined` for a list. */
export function keyOfRequest(request: Request): string | undefined {
  if (request.verb === "list") return undefined;
  return "key" in request ? request.key : keyOf(request.body);
}

function replaceStrings<T>(value: T, replace: (text: string) => string): T {
  const walk = (value: Json): Json => {
    if (typeof value === "string") return replace(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [replace(key), walk(inner)]));
  };
  return walk(value);
}

/** RFC 7386. */
function mergeOver(target: Json, patch: Json): Json {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result = typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergeOver(result[key], value);
  }
  return result;
}
