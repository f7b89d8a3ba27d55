/** HTTP to one API server: credentials, time-outs, and nothing of what requests mean. */
import type { Connection, Identity } from "./connection.ts";
import { Deadlines } from "./deadlines.ts";
import type { HttpRequest } from "./encode.ts";
import type { Env } from "./env.ts";
import { stringifyJson } from "./json.ts";

export interface HttpAnswer {
  /** 0 when there was none; 401 also when our own credentials could not be read. */
  readonly status: number;
  /** The header of that name. */
  readonly retryAfter: string | null;
  /** The body; what went wrong when there was no answer. */
  readonly text: string;
  /** `false` when the request certainly did not leave this process. */
  readonly sent: boolean;
}

export interface TransportOptions {
  readonly env: Env;
  /** From sending until the body has been read. @default 30,000 */
  readonly timeoutMs?: number;
}

export class Transport {
  #connection: Connection;
  #timeoutMs: number;
  #closing = new AbortController();
  #deadlines: Deadlines;
  #http: { readonly client: Deno.HttpClient; readonly cert: string | undefined } | undefined;

  constructor(connection: Connection, { env, timeoutMs = 30_000 }: TransportOptions) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.#deadlines = new Deadlines(env, this.#closing.signal);
  }

  /** Aborted by {@link close}. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** One request and its whole answer. Never rejects for anything that the server or the network does. */
  async exchange(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    const body = printed(request);
    if (signal?.aborted || this.closed.aborted) {
      return { status: 0, retryAfter: null, text: "given up", sent: false };
    }
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#deadlines.start(controller, this.#timeoutMs);
    try {
      return await whole(await this.#fetch(request, { body, signal: controller.signal }));
    } catch (error) {
      return this.#failure(error);
    } finally {
      this.#deadlines.finish(controller);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** The body of a success as it arrives, without a time-out; a failure comes whole. Never rejects. */
  async open(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer | AsyncIterable<Uint8Array>> {
    const stop = signal ? AbortSignal.any([signal, this.closed]) : this.closed;
    try {
      const response = await this.#fetch(request, { body: printed(request), signal: stop });
      return response.ok && response.body ? chunksOf(response.body, stop) : await whole(response);
    } catch (error) {
      return this.#failure(error);
    }
  }

  /** Cuts all connections; what is under way fails. */
  close(): void {
    this.#closing.abort();
    this.#http?.client.close();
    this.#http = undefined;
  }

  #failure(error: unknown): HttpAnswer {
    const said = reasonOf(error);
    const text = this.#connection.isUnverified && said.includes("certificate")
      ? `${said}; insecure-skip-tls-verify needs deno run --unsafely-ignore-certificate-errors`
      : said;
    const none = { retryAfter: null, text };
    if (error instanceof UnusableCredentials) return { ...none, status: 401, sent: false };
    return { ...none, status: 0, sent: !said.includes("client error (Connect)") };
  }

  async #fetch(request: HttpRequest, how: How): Promise<Response> {
    const { credentials } = this.#connection;
    const identity = await credentials.identity().catch(unusable);
    const response = await this.#fetchAs(identity, request, how);
    if (response.status !== 401) return response;
    const other = await credentials.renew(identity).catch(unusable);
    if (other === identity) return response;
    await response.body?.cancel();
    return await this.#fetchAs(other, request, how);
  }

  #fetchAs(
    identity: Identity,
    { method, path, query, contentType }: HttpRequest,
    how: How,
  ): Promise<Response> {
    this.closed.throwIfAborted();
    const headers: Record<string, string> = { accept: "application/json" };
    if (contentType) headers["content-type"] = contentType;
    if (identity.authorization) headers.authorization = identity.authorization;
    return fetch(`${this.#connection.server}${path}${query && "?"}${query}`, {
      method,
      headers,
      client: this.#clientOf(identity),
      // Credentials go to this server and to no other.
      redirect: "manual",
      signal: how.signal,
      body: how.body,
    });
  }

  #clientOf({ cert, key }: Identity): Deno.HttpClient {
    if (this.#http && this.#http.cert === cert) return this.#http.client;
    this.#http?.client.close();
    const { caCerts, proxyUrl } = this.#connection;
    const client = unusableIfThrown(() =>
      Deno.createHttpClient({
        caCerts: [...caCerts],
        ...(cert && key ? { cert, key } : {}),
        ...(proxyUrl ? { proxy: { url: proxyUrl } } : {}),
        // As fast here as HTTP/2 (measured), and a dead connection stops one request, not every one that follows.
        http2: false,
        // API servers close after 90 s: we do so first, else a write meets a closing connection.
        poolIdleTimeout: 30_000,
      })
    );
    this.#http = { client, cert };
    return client;
  }
}

interface How {
  readonly signal: AbortSignal;
  readonly body: string | null;
}

function printed({ body }: HttpRequest): string | null {
  return body === undefined ? null : stringifyJson(body);
}

function reasonOf(error: unknown): string {
  // `fetch` keeps the reason in the cause; whoever gives up may throw anything.
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

class UnusableCredentials extends Error {}

function unusable(error: unknown): never {
  throw new UnusableCredentials((error as Error).message);
}

function unusableIfThrown<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    unusable(error);
  }
}

/**
 * The body until it or `signal` ends.
 *
 * The signal that was given to `fetch` is not enough: Deno forgets it once the response has been collected as garbage,
 * and a body that nobody sends any more is waited for for ever.
 */
async function* chunksOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

async function whole(response: Response): Promise<HttpAnswer> {
  // `response` is used afterwards too: that keeps its signal alive, see chunksOf.
  const text = await response.text();
  return { status: response.status, retryAfter: response.headers.get("retry-after"), text, sent: true };
}
