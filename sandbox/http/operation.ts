/** From an HTTP request to what the server is asked for. */
import type { Json, Subresource } from "../../kube/api.ts";
import type { Served } from "../kinds/served.ts";
import { badRequest, methodNotAllowed } from "../refusal.ts";
import { typeProblem } from "../schema/typed.ts";
import type { Operation } from "../verbs/run.ts";
import { mediaType, readBody, unsupportedType } from "./body.ts";
import { deletion, paging, type Scope, selection } from "./query.ts";
import type { ResourcePath } from "./route.ts";

/** @throws Refusal */
export async function operation(kind: Served, path: ResourcePath, request: Request): Promise<Operation> {
  const query = new URL(request.url).searchParams;
  const scope = selection(path, query);
  if (path.name === undefined) return await onCollection(kind, scope, request);
  const key = path.namespace ? `${path.namespace}/${path.name}` : path.name;
  const manager = managerOf(request, query);
  const part = path.subresource ? { subresource: path.subresource as Subresource } : {};
  const identity = { name: path.name, ...(path.namespace ? { namespace: path.namespace } : {}) };
  switch (request.method) {
    case "GET":
      return { verb: "get", resource: kind, key, ...part };
    case "DELETE":
      return { verb: "delete", resource: kind, key, ...deletion(await readBody(request), query) };
    case "POST":
      if (!path.subresource) throw methodNotAllowed(kind);
      return {
        verb: "create",
        resource: kind,
        body: named(await readBody(request), identity),
        manager,
        ...part,
      };
    case "PUT": {
      const body = named(await readBody(request), identity);
      checkStrict(kind, body, query);
      return { verb: "update", resource: kind, body, manager, ...part };
    }
    case "PATCH":
      return await patch({ kind, key, manager, part, identity }, request);
  }
  throw methodNotAllowed(kind);
}

interface Target {
  readonly kind: Served;
  readonly key: string;
  readonly manager: string;
  readonly part: { subresource?: Subresource };
  readonly identity: Json;
}

async function patch({ kind, key, manager, part, identity }: Target, request: Request): Promise<Operation> {
  const query = new URL(request.url).searchParams;
  const body = await readBody(request);
  const common = { resource: kind, key, manager, ...part };
  switch (mediaType(request)) {
    case "application/merge-patch+json":
      return { verb: "merge", body, ...common };
    case "application/json-patch+json":
      if (!Array.isArray(body)) throw badRequest("error decoding patch: not a list");
      return { verb: "patch", steps: body, ...common };
    case "application/apply-patch+yaml":
    case "application/apply-patch+json": {
      const force = query.get("force") === "true";
      const manager = query.get("fieldManager") ?? "";
      return { verb: "apply", resource: kind, body: named(body, identity), manager, force, ...part };
    }
    case "application/strategic-merge-patch+json":
      if (!kind.custom) return { verb: "strategic", body, ...common };
  }
  const all = ["json-patch+json", "merge-patch+json", "apply-patch+yaml"];
  throw unsupportedType(
    [...all, ...(kind.custom ? [] : ["strategic-merge-patch+json"])].map((type) => `application/${type}`),
  );
}

async function onCollection(kind: Served, scope: Scope, request: Request): Promise<Operation> {
  const query = new URL(request.url).searchParams;
  switch (request.method) {
    case "GET":
      return { verb: "list", resource: kind, ...scope, ...paging(query) };
    case "DELETE": {
      const { uid: _, resourceVersion: __, ...options } = deletion(await readBody(request), query);
      return { verb: "deletecollection", resource: kind, ...scope, ...options };
    }
    case "POST": {
      const { namespace } = scope;
      const body = await readBody(request);
      checkStrict(kind, body, query);
      const placed = named(body, namespace ? { namespace } : {});
      return { verb: "create", resource: kind, body: placed, manager: managerOf(request, query) };
    }
  }
  throw methodNotAllowed(kind);
}

/** A body may leave out what the path says. */
function named(body: Json, identity: Json): Json {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw badRequest("the body is not an object");
  }
  const metadata = { ...identity, ...body.metadata };
  for (const field of ["name", "namespace"]) {
    if (identity[field] !== undefined && metadata[field] !== identity[field]) {
      throw badRequest(
        `the ${field} of the provided object does not match the ${field} sent on the request`,
      );
    }
  }
  return { ...body, metadata };
}

/** `fieldValidation=Strict`, as kubectl sends it: unknown fields are refused instead of dropped. */
function checkStrict({ shape, kind, version }: Served, body: Json, query: URLSearchParams): void {
  if (query.get("fieldValidation") !== "Strict") return;
  const problem = typeProblem(shape, body, { strict: true });
  const unknown = problem && /^\.(.*): field not declared in schema$/.exec(problem)?.[1];
  if (!unknown) return;
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: unknown field "${unknown}"`,
  );
}

function managerOf(request: Request, query: URLSearchParams): string {
  return query.get("fieldManager") || (request.headers.get("user-agent") ?? "unknown").split("/")[0]!;
}
