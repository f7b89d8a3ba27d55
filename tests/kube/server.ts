/** A server on loopback that answers as the test says. */
import type { Connection, Credentials, Identity } from "../../kube/connection.ts";

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** `METHOD path?query` of everything that came in. */
  readonly requests: string[];
}

export function serve(
  handler: (request: Request, count: number) => Response | Promise<Response>,
): TestServer {
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    requests.push(`${request.method} ${pathname}${search}`);
    return handler(request, requests.length);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

export function json(body: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), init);
}

export function connectionTo(server: string, credentials: Credentials = as({})): Connection {
  return { server, caCerts: [], namespace: "default", credentials };
}

/** Always the same identity. */
export function as(identity: Identity): Credentials {
  return { identity: () => Promise.resolve(identity), renew: () => Promise.resolve(identity) };
}

/** A promise and the function that fulfils it. */
export function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, opened: promise };
}
