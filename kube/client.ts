/** The {@link Client} of a real API server. */
import type { Answer, Client, Json, List, Request, WatchLine, WatchOptions } from "./api.ts";
import { encode, encodePage, encodeWatch, type HttpRequest } from "./encode.ts";
import type { Env } from "./env.ts";
import { parseJson } from "./json.ts";
import { Limiter } from "./limiter.ts";
import { classify, type RawAnswer } from "./outcome.ts";
import { objectPath } from "./path.ts";
import type { Obj, Resource } from "./resource.ts";
import { SharedReads } from "./shared_reads.ts";
import type { HttpAnswer, Transport } from "./transport.ts";
import { watchLines } from "./watch_lines.ts";

export interface ClientOptions {
  readonly env: Env;
  /** Requests under way at once; watches and leases apart. @default 64 */
  readonly inFlight?: number;
}

/**
 * The operations of the API over a transport, which stays the caller's to close.
 *
 * @example
 * ```ts
 * const transport = new Transport(await loadConnection(), { env });
 * const client = createClient(transport, { env });
 * const answer = await client.send({ verb: "get", resource: Subnet, key: "ovn-default" });
 * ```
 */
export function createClient(transport: Transport, { env, inFlight = 64 }: ClientOptions): Client {
  const limiter = new Limiter(env, { places: inFlight, closed: transport.closed });
  const sharedReads = new SharedReads<Answer>();

  async function exchange(request: HttpRequest, { urgent, signal, sent }: Way): Promise<RawAnswer> {
    if (!urgent && !await limiter.enter(signal)) return { status: 0, body: "given up", sent: false };
    try {
      sent?.();
      const answer = await transport.exchange(request, signal);
      obey(answer);
      return rawOf(answer);
    } finally {
      if (!urgent) limiter.leave();
    }
  }

  function obey({ status, retryAfter }: HttpAnswer): void {
    const seconds = Number(retryAfter);
    if (status === 429 && seconds > 0) limiter.hold(Math.min(seconds * 1000, LONGEST_HOLD_MS));
  }

  async function single(request: Exclude<Request, List>, way: Way): Promise<Answer> {
    return classify(request, await exchange(encode(request), way));
  }

  /** All pages of one version or none. */
  async function list(request: List, way: Way): Promise<Answer> {
    for (let attempt = 1;; attempt++) {
      const items: Obj[] = [];
      let answer: Answer;
      let token: string | undefined;
      do {
        const raw = await exchange(encodePage(request, token), way);
        answer = classify(request, raw);
        for (const item of answer.items ?? []) items.push(item);
        token = raw.body?.metadata?.continue;
      } while (answer.outcome === "ok" && token);
      if (answer.outcome === "ok") return { ...answer, items };
      if (answer.status !== 410 || attempt === LIST_ATTEMPTS) return answer;
    }
  }

  async function send(request: Request, signal?: AbortSignal): Promise<Answer> {
    const way: Way = { urgent: request.resource.plural === "leases", signal };
    try {
      if (request.verb === "list") return await list(request, way);
      if (request.verb !== "get" || !request.shared) return await single(request, way);
      const path = objectPath(request.resource, request.key);
      // Others wait for the same answer: no single signal stops it.
      return await sharedReads.get(path, (sent) => single(request, { ...way, signal: undefined, sent }));
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof URIError)) throw error;
      return { outcome: "invalid", status: 0, reason: "Invalid", message: error.message };
    }
  }

  async function* watch(
    resource: Resource,
    { signal, ...options }: WatchOptions,
  ): AsyncGenerator<WatchLine> {
    await limiter.unheld(signal);
    const opened = await transport.open(encodeWatch(resource, options), signal);
    if (!("status" in opened)) return yield* watchLines(opened);
    obey(opened);
    const { reason, message, status } = classify({ verb: "list", resource }, rawOf(opened));
    yield { type: "ERROR", status, reason, message };
  }

  return { send, watch };
}

/** How often a list is begun anew because its pages expired. */
const LIST_ATTEMPTS = 3;

/** Whatever the server asks for: an operator that was told to wait for a day would look dead. */
const LONGEST_HOLD_MS = 60_000;

interface Way {
  /** Passes by those who wait: a lease that is not renewed in time costs the leadership. */
  readonly urgent: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called once the request waits for nobody any more. */
  readonly sent?: () => void;
}

function rawOf({ status, text, retryAfter, sent }: HttpAnswer): RawAnswer {
  return { status, body: bodyOf(text), retryAfter, sent };
}

function bodyOf(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
