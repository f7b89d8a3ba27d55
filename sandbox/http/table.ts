/**
 * Lists as kubectl prints them: the server says what the columns are.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
import type { Json } from "../../kube/api.ts";
import type { Column, Served } from "../kinds/served.ts";
import { age } from "./age.ts";
import { computed } from "./cells.ts";
import { select } from "./json_path.ts";

export function wantsTable(request: Request): boolean {
  return (request.headers.get("accept") ?? "").includes("as=Table");
}

/** @param body an object or a list of them; a Status stays as it is. */
export function tableOf(kind: Served, body: Json, { now }: { now: string }): Json {
  if (body.kind === "Status" || body.kind === "Scale") return body;
  const items: Json[] = body.items ?? [body];
  const { resourceVersion, continue: token } = body.metadata;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion, ...(token ? { continue: token } : {}) },
    columnDefinitions: [
      definition({ name: "Name", type: "string", jsonPath: "" }),
      ...kind.columns.map(definition),
    ],
    rows: items.map((object) => ({
      cells: [object.metadata.name, ...kind.columns.map((column) => cell(kind, column, { object, now }))],
      object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata },
    })),
  };
}

function definition({ name, type, priority = 0 }: Column): Json {
  return {
    name,
    type: type === "date" ? "string" : type,
    format: name === "Name" ? "name" : "",
    description: name,
    priority,
  };
}

function cell(
  kind: Served,
  { name, type, jsonPath }: Column,
  { object, now }: { object: Json; now: string },
): Json {
  if (jsonPath === "") return computed(kind.kind, name, object);
  const value = select(object, jsonPath);
  if (type === "date" || jsonPath === ".metadata.creationTimestamp") {
    return value === undefined ? "<unknown>" : age(String(value), now);
  }
  if (value === undefined || value === null) return kind.custom ? null : "<none>";
  return typeof value === "object" ? JSON.stringify(value) : value;
}
