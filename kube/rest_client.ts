/**
 * The `RestClient` contract of `@cloudydeno/kubernetes-client` over our transport: the API classes of
 * `@cloudydeno/kubernetes-apis` then run over the same connection as this operator.
 *
 * Of the contract's options those are left out which only exec and port-forward need.
 *
 * @see {@link https://jsr.io/@cloudydeno/kubernetes-client}
 */
import type { Json } from "./api.ts";
import type { HttpRequest } from "./encode.ts";
import { parseJson } from "./json.ts";
import { readLines } from "./lines.ts";
import type { HttpAnswer, Transport } from "./transport.ts";

export interface RequestOptions {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly querystring?: URLSearchParams;
  readonly contentType?: string;
  readonly bodyJson?: Json;
  /** The result is parsed: the body, or each line of it with {@link expectStream}. */
  readonly expectJson?: boolean;
  /** The result is a `ReadableStream`. */
  readonly expectStream?: boolean;
  readonly abortSignal?: AbortSignal;
}

export interface RestClient {
  readonly defaultNamespace: string;
  /**
   * Without `expectJson` the result is bytes.
   *
   * @throws RequestError for every answer but 2xx
   */
  performRequest(options: RequestOptions): Promise<Json>;
}

export class RequestError extends Error {
  override readonly name = "RequestError";
  /** 0 when there was no answer. */
  readonly httpCode: number;
  /** The `Status` object, if the body was one. */
  readonly status: Json;

  constructor({ status, text }: HttpAnswer) {
    let parsed: Json;
    try {
      parsed = parseJson(text);
    } catch {
      // A proxy's page, or our own words where there was no answer.
    }
    super(parsed?.message ?? text);
    this.httpCode = status;
    this.status = parsed;
  }
}

/** @example `new CoreV1Api(restClient(transport, { namespace: "default" })).getNamespaceList()` */
export function restClient(transport: Transport, { namespace }: { namespace: string }): RestClient {
  async function performRequest(options: RequestOptions): Promise<Json> {
    const { method, path, querystring, contentType, bodyJson, expectJson, expectStream, abortSignal } =
      options;
    const request: HttpRequest = {
      method,
      path,
      query: querystring?.toString() ?? "",
      ...(bodyJson === undefined ? {} : { body: bodyJson, contentType: contentType ?? "application/json" }),
    };
    if (expectJson && !expectStream) {
      const answer = await transport.exchange(request, abortSignal);
      if (answer.status < 200 || answer.status > 299) throw new RequestError(answer);
      return parseJson(answer.text);
    }
    const opened = await transport.open(request, abortSignal);
    if ("status" in opened) throw new RequestError(opened);
    if (!expectStream) return new Uint8Array(await new Response(ReadableStream.from(opened)).arrayBuffer());
    return ReadableStream.from(expectJson ? parsedLines(opened) : opened);
  }
  return { defaultNamespace: namespace, performRequest };
}

async function* parsedLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Json> {
  for await (const line of readLines(chunks)) yield parseJson(line);
}
