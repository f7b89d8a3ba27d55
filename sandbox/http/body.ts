/** Bodies of requests: JSON, YAML or protobuf, with exact integers. */
import { parse } from "yaml";
import type { Json } from "../../kube/api.ts";
import { parseJson } from "../../kube/json.ts";
import { readProtobuf } from "./protobuf.ts";
import { badRequest, Refusal } from "../refusal.ts";

const PROTOBUF = "application/vnd.kubernetes.protobuf";

/** The media type without its parameters, in lower case. */
export function mediaType(request: Request): string {
  return (request.headers.get("content-type") ?? "application/json").split(";")[0]!.trim().toLowerCase();
}

/** @throws Refusal 400 when it cannot be read, 415 when it is neither. */
export async function readBody(request: Request): Promise<Json> {
  const type = mediaType(request);
  if (type === PROTOBUF) return fromProtobuf(await request.bytes());
  const text = await request.text();
  if (type.includes("json") && !type.includes("yaml")) return fromJson(text);
  if (!type.includes("yaml")) throw unsupportedType(["application/json", "application/yaml"]);
  return /^\s*[{[]/.test(text) ? fromJson(text) : fromYaml(text);
}

export function unsupportedType(accepted: readonly string[]): Refusal {
  const list = accepted.join(", ");
  return new Refusal(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${list}`,
    {},
  );
}

function fromJson(text: string): Json {
  try {
    return text === "" ? undefined : parseJson(text);
  } catch (error) {
    throw badRequest(`the body of the request is not JSON: ${(error as Error).message}`);
  }
}

function fromProtobuf(bytes: Uint8Array): Json {
  try {
    return bytes.length === 0 ? undefined : readProtobuf(bytes);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

function fromYaml(text: string): Json {
  try {
    return parse(text);
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
}
