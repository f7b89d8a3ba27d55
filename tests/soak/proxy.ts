/** Stands between the operators and the API server, and does to their requests what networks and busy servers do. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Random } from "../conformance/random.ts";

/** How often each fault may happen among a hundred requests. */
const WEIGHTS = {
  none: 88,
  /** The answer comes late. */
  slow: 3,
  /** It reaches nobody, and the line is cut. */
  lost: 2,
  /** It is done, and the line is cut before anybody learns of it. */
  "lost after commit": 3,
  "429": 2,
  "500": 2,
};
export type Fault = keyof typeof WEIGHTS | "watch cut";

export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** How often each fault took effect. */
  readonly counts: ReadonlyMap<Fault, number>;
  /** From now on nothing goes wrong any more. */
  heal(): void;
}

export interface Behind {
  readonly server: string;
  readonly caCert: string;
  readonly random: Random;
}

const LONGEST_DELAY_MS = 3_000;
const LONGEST_WATCH_MS = 20_000;

/** Which request gets which fault depends on the seed and on the order in which requests arrive. */
export async function startProxy({ server, caCert, random }: Behind): Promise<Proxy> {
  // A connection for each request under way: over a shared one a request that hangs would hold up others.
  const client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(caCert)], http2: false });
  const counts = new Map<Fault, number>();
  let isHealed = false;

  const site = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isWatch = request.url!.includes("watch=");
    const fault: Fault = isHealed ? "none" : isWatch ? "watch cut" : random.weighed(WEIGHTS);
    const body = await read(request);
    counts.set(fault, (counts.get(fault) ?? 0) + 1);
    switch (fault) {
      case "lost":
        return void request.socket.destroy();
      case "429":
        return refuse(response, 429, "TooManyRequests");
      case "500":
        return refuse(response, 500, "InternalError");
      case "slow":
        await new Promise((resolve) => setTimeout(resolve, random.next() * LONGEST_DELAY_MS));
    }
    const stop = new AbortController();
    response.once("close", () => stop.abort());
    const answer = await fetch(server + request.url, {
      client,
      method: request.method!,
      headers: headersOf(request),
      signal: stop.signal,
      ...(body.length > 0 ? { body } : {}),
    });
    if (fault === "lost after commit") {
      await answer.body?.cancel();
      return void request.socket.destroy();
    }
    if (fault === "watch cut") {
      const cut = setTimeout(() => request.socket.destroy(), 1_000 + random.next() * LONGEST_WATCH_MS);
      response.once("close", () => clearTimeout(cut));
    }
    response.writeHead(
      answer.status,
      Object.fromEntries([...answer.headers].filter(([name]) => !HOP.has(name))),
    );
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  }

  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
    counts,
    heal: () => isHealed = true,
    async [Symbol.asyncDispose]() {
      site.closeAllConnections();
      await new Promise((resolve) => site.close(resolve));
      client.close();
    },
  };
}

/** Meant for one connection, or changed by passing through. */
const HOP: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "host",
  "transfer-encoding",
]);

function headersOf({ headers }: IncomingMessage): Headers {
  return new Headers(
    Object.entries(headers).filter(([name]) => !HOP.has(name)).map(([name, value]) => [name, `${value}`]),
  );
}

async function read(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

function refuse(response: ServerResponse, code: number, reason: string): void {
  response.writeHead(code, {
    "content-type": "application/json",
    ...(code === 429 ? { "retry-after": "1" } : {}),
  });
  response.end(
    JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message: "made up" }),
  );
}
