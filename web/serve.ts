/** A small HTTP server for small answers: what a stranger can hold open or send is bounded. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ServeOptions {
  readonly hostname: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface Site extends AsyncDisposable {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
}

type Handler = (request: Request) => Response | Promise<Response>;

/** Who has not sent all headers by then is sent away, and a connection on which nothing happens is closed. */
const TIMEOUT_MS = 5_000;
const MOST_CONNECTIONS = 64;
const LONGEST_HEADERS = 8 * 1024;

/**
 * Serves `handler`, to which requests come without a body: whoever sends one is refused.
 *
 * Over `node:http`, whose limits `Deno.serve` does not have: there a client that sends its headers slowly keeps its connection.
 *
 * @throws Error that names the address when it cannot be bound
 */
export async function serve(handler: Handler, { hostname, port }: ServeOptions): Promise<Site> {
  const server = createServer({
    headersTimeout: TIMEOUT_MS,
    requestTimeout: TIMEOUT_MS,
    keepAliveTimeout: TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: LONGEST_HEADERS,
  }, (request, response) => void answer(handler, request, response));
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) =>
      reject(new Error(`cannot serve on ${hostname}:${port}: ${error.message}`));
    server.once("error", refuse);
    server.listen(port, hostname, () => resolve());
  });
  const bound = (server.address() as AddressInfo).port;
  const host = hostname === "0.0.0.0" || hostname === "::" ? "127.0.0.1" : hostname;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  if (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0) {
    // Not read: the rest of the connection is of no use.
    return void response.writeHead(413, { connection: "close" }).end("requests have no body here\n");
  }
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]]
  );
  try {
    const answered = await handler(new Request(new URL(url, "http://localhost"), { method, headers: given }));
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.end(method === "HEAD" ? undefined : await answered.text());
  } catch {
    // A URL or a method that is none: nothing that a handler was asked.
    response.writeHead(400, { connection: "close" }).end("bad request\n");
  }
}
