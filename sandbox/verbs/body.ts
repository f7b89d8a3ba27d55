/** From the body of a request to what the server keeps. */
import type { Json } from "../../kube/api.ts";
import type { Served } from "../kinds/served.ts";
import { badRequest, Refusal } from "../refusal.ts";
import { decode } from "../schema/decode.ts";
import type { Shape } from "../schema/shape.ts";
import { typeProblem } from "../schema/typed.ts";
import type { Target } from "./context.ts";

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
    ? metadataProblem(shape, body.metadata)
    : typeProblem(shape, changedParts(body, live), { strict: false });
  if (problem && live) throw invalidPatch(problem);
  if (problem) {
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: json: ${problem}`);
  }
  const decoded = withParts(always, decode(shape, body, live));
  return behaviour.onDecode?.(decoded) ?? decoded;
}

function metadataProblem(shape: Shape, metadata: Json): string | undefined {
  const problem = typeProblem(shape.fields!.get("metadata")!, metadata, { strict: false });
  return problem && `.metadata${problem}`;
}

function changedParts(body: Json, live: Json): Json {
  if (live === undefined) return body;
  const parts: Record<string, Json> = {};
  for (const key in body) if (body[key] !== live[key]) parts[key] = body[key];
  return parts;
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
