/** Serves a sandbox on loopback. */
import type { ApiServer } from "../server.ts";
import { createHandler } from "./handler.ts";

export interface ServeOptions {
  /** @default 0, any free one */
  readonly port?: number;
  /** How often quiet watches get a bookmark. @default 10,000 */
  readonly bookmarkMs?: number;
}

export interface Served extends AsyncDisposable {
  /** Such as `http://127.0.0.1:8001`. */
  readonly url: string;
  readonly finished: Promise<void>;
}

/** For `kubectl --server`. Whoever reaches the port may do everything. */
export function serve(server: ApiServer, { port = 0, bookmarkMs = 10_000 }: ServeOptions = {}): Served {
  const stop = new AbortController();
  const listener = Deno.serve(
    { hostname: "127.0.0.1", port, signal: stop.signal, onListen: () => {} },
    createHandler(server),
  );
  const timer = setInterval(() => server.bookmarks.forEach((ask) => ask()), bookmarkMs);
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    finished: listener.finished,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stop.abort();
      await listener.finished;
    },
  };
}
