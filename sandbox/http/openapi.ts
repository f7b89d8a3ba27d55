/**
 * OpenAPI v3, as much of it as `kubectl explain`, `apply` and `create` read.
 *
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
import type { Json } from "../../kube/api.ts";
import type { Served } from "../kinds/served.ts";
import type { ApiServer } from "../server.ts";

const ROOT = "/openapi/v3";

/** `undefined` when the path is none of OpenAPI's. */
export function openapi(server: ApiServer, pathname: string): Json | undefined {
  if (pathname !== ROOT && !pathname.startsWith(`${ROOT}/`)) return undefined;
  const kinds = Map.groupBy(server.kinds(), (kind) => pathOf(kind));
  if (pathname === ROOT) {
    const paths = [...kinds.keys()].map((path) => [path, { serverRelativeURL: `${ROOT}/${path}` }]);
    return { paths: Object.fromEntries(paths) };
  }
  const mine = kinds.get(pathname.slice(ROOT.length + 1));
  return mine && document(mine);
}

/** `api/v1` or `apis/<group>/<version>`. */
function pathOf({ group, version }: Served): string {
  return group === "" ? `api/${version}` : `apis/${group}/${version}`;
}

function document(kinds: readonly Served[]): Json {
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.36.3" },
    paths: Object.fromEntries(kinds.flatMap(paths)),
    components: { schemas: Object.fromEntries(kinds.map((kind) => [schemaName(kind), schema(kind)])) },
  };
}

/** kubectl looks here for what the server can validate by itself. */
function paths(kind: Served): [string, Json][] {
  const collection = `/${pathOf(kind)}/${kind.namespaced ? "namespaces/{namespace}/" : ""}${kind.plural}`;
  const action = (name: string) => ({
    "x-kubernetes-action": name,
    "x-kubernetes-group-version-kind": groupVersionKind(kind),
    parameters: ["dryRun", "fieldManager", "fieldValidation"].map((name) => ({
      name,
      in: "query",
      schema: { type: "string", uniqueItems: true },
    })),
    responses: {
      "200": {
        description: "OK",
        content: { "application/json": { schema: { $ref: `#/components/schemas/${schemaName(kind)}` } } },
      },
    },
  });
  return [
    [collection, { get: action("list"), post: action("post") }],
    [`${collection}/{name}`, { get: action("get"), put: action("put"), patch: action("patch") }],
  ];
}

/** `io.kubeovn.v1.Subnet` */
function schemaName({ group, version, kind }: Served): string {
  return [...(group || "core").split(".").reverse(), version, kind].join(".");
}

function schema(kind: Served): Json {
  return { ...kind.schema, "x-kubernetes-group-version-kind": [groupVersionKind(kind)] };
}

function groupVersionKind({ group, version, kind }: Served): Json {
  return { group, version, kind };
}
