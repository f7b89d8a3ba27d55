/** The server's HTTP face: `fetch` for a sandbox. */
import type { Json } from "../../kube/api.ts";
import { stringifyJson } from "../../kube/json.ts";
import type { Served } from "../kinds/served.ts";
import { noSuchResource, Refusal } from "../refusal.ts";
import type { ApiServer } from "../server.ts";
import { discovery } from "./discovery.ts";
import { openapi } from "./openapi.ts";
import { operation } from "./operation.ts";
import { type ResourcePath, resourcePath } from "./route.ts";
import { tableOf, wantsTable } from "./table.ts";
import { isWatch, watchResponse } from "./watch.ts";

/** Kubernetes' version that is told to clients. */
const VERSION = { major: "1", minor: "36", gitVersion: "v1.36.3+sandbox", platform: "linux/amd64" };

export type Handler = (request: Request) => Promise<Response>;

/** Answers every request; never rejects for what a request asks. */
export function createHandler(server: ApiServer): Handler {
  return async (request) => {
    try {
      return await respond(server, request);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return json(refusal.code, refusal.status());
    }
  };
}

async function respond(server: ApiServer, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const fixed = fixedAnswer(server, pathname);
  if (fixed) return fixed;
  const path = resourcePath(pathname);
  if (!path) throw noSuchResource();
  const kind = server.kindOf(path);
  checkScope(kind, path, request);
  if (isWatch(request)) return watchResponse(server, { kind, path }, request);
  const asked = await operation(kind, path, request);
  const dryRun = new URL(request.url).searchParams.get("dryRun") === "All";
  const { status, body } = server.execute(asked, { dryRun });
  if (status >= 300 || !wantsTable(request)) return json(status, body);
  return json(status, tableOf(kind, body, { now: server.store.environment.now() }));
}

function fixedAnswer(server: ApiServer, pathname: string): Response | undefined {
  switch (pathname) {
    case "/healthz":
    case "/livez":
    case "/readyz":
      return new Response("ok");
    case "/version":
      return json(200, VERSION);
  }
  const found = discovery(server, pathname) ?? openapi(server, pathname);
  return found && json(200, found);
}

/** Namespaced objects have their namespace in the path, others have not. */
function checkScope({ namespaced }: Served, { namespace, name }: ResourcePath, { method }: Request): void {
  if (namespace !== undefined && !namespaced) throw noSuchResource();
  if (namespaced && namespace === undefined && (name !== undefined || method !== "GET")) {
    throw noSuchResource();
  }
}

export function json(status: number, body: Json): Response {
  return new Response(stringifyJson(body), { status, headers: headersOf(status, body) });
}

function headersOf(status: number, body: Json): Record<string, string> {
  const seconds = body?.details?.retryAfterSeconds;
  return {
    "content-type": "application/json",
    ...(status === 429 ? { "retry-after": String(seconds ?? 1) } : {}),
  };
}
