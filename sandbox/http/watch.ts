/** Watches over HTTP: one JSON document per line, until the client or the time says stop. */
import type { Json, WatchLine } from "../../kube/api.ts";
import { stringifyJson } from "../../kube/json.ts";
import type { Served } from "../kinds/served.ts";
import { badRequest } from "../refusal.ts";
import { matcher } from "../selector.ts";
import type { ApiServer } from "../server.ts";
import { watch } from "../watch.ts";
import { selection } from "./query.ts";
import type { ResourcePath } from "./route.ts";
import { tableOf, wantsTable } from "./table.ts";

export function isWatch(request: Request): boolean {
  const wish = new URL(request.url).searchParams.get("watch");
  return request.method === "GET" && (wish === "true" || wish === "1");
}

/** @throws Refusal when the query makes no sense. */
export function watchResponse(
  server: ApiServer,
  { kind, path }: { kind: Served; path: ResourcePath },
  request: Request,
): Response {
  const query = new URL(request.url).searchParams;
  const scope = selection(path, query);
  matcher(kind, scope);
  const version = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(version)) throw badRequest(`Invalid value: "${version}": invalid resource version`);
  const stop = new AbortController();
  const seconds = Number(query.get("timeoutSeconds") ?? 0);
  const timer = seconds > 0 ? setTimeout(() => stop.abort(), seconds * 1000) : undefined;
  const isWhole = query.get("sendInitialEvents") === "true";
  const lines = watch(server, kind, {
    ...scope,
    ...(isWhole ? {} : { resourceVersion: version === "" ? "0" : version }),
    signal: stop.signal,
  });
  const now = server.store.environment.now;
  const shown = wantsTable(request)
    ? (object: Json) => tableOf(kind, object, { now: now() })
    : (object: Json) => object;
  const bookmarks = query.get("allowWatchBookmarks") === "true";
  const encoder = new TextEncoder();
  const chunks = gathered(encoded(kind, lines, { shown, bookmarks }));
  const end = () => {
    clearTimeout(timer);
    stop.abort();
  };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (!done) return controller.enqueue(encoder.encode(value));
      end();
      controller.close();
    },
    cancel: end,
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

const CHUNK = 64 * 1024;

/** What is there already goes out together, as from a real API server: it flushes when it has nothing more to say. */
async function* gathered(texts: AsyncIterator<string>): AsyncGenerator<string> {
  let next = texts.next(), text = "";
  for (;;) {
    const got = await Promise.race(text === "" ? [next] : [next, soon()]);
    if (got && !got.done) {
      text += got.value;
      next = texts.next();
      if (text.length < CHUNK) continue;
    }
    if (text !== "") yield text;
    if (got?.done) return;
    text = "";
  }
}

/** Later than what needs no waiting at all. */
async function soon(): Promise<undefined> {
  for (let turn = 0; turn < 8; turn++) await null;
}

interface Encoding {
  readonly shown: (object: Json) => Json;
  readonly bookmarks: boolean;
}

async function* encoded(
  kind: Served,
  lines: AsyncIterable<WatchLine>,
  { shown, bookmarks }: Encoding,
): AsyncGenerator<string> {
  for await (const line of lines) {
    if (line.type === "BOOKMARK" && !bookmarks) continue;
    const object = "object" in line ? shown(line.object) : special(kind, line);
    yield `${stringifyJson({ type: line.type, object })}\n`;
  }
}

function special({ apiVersion, kind }: Served, line: Exclude<WatchLine, { object: unknown }>): Json {
  if (line.type === "BOOKMARK") {
    const { resourceVersion, initialEventsEnd } = line;
    const annotations = { "k8s.io/initial-events-end": "true" };
    const metadata = {
      resourceVersion,
      creationTimestamp: null,
      ...(initialEventsEnd ? { annotations } : {}),
    };
    return { kind, apiVersion, metadata };
  }
  const { status: code, reason, message } = line;
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}
