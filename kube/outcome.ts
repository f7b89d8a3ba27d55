/** What an answer means: one of eight classes, decided in one place for the real API server and the sandbox. */
import type { Answer, Json, Outcome, Request } from "./api.ts";
import type { Obj } from "./resource.ts";

/** What came back over the wire. */
export interface RawAnswer {
  /** HTTP status; 0 when there was none. */
  readonly status: number;
  /** The parsed body: an object, a list or a `Status`. Any other text as a string. */
  readonly body: Json;
  /** The header of that name, in seconds. */
  readonly retryAfter?: string | null;
  /** With status 0: `false` when the request certainly did not leave. */
  readonly sent?: boolean;
}

/** Pure: the same request and answer are always of the same class. */
export function classify(request: Request, raw: RawAnswer): Answer {
  const { status, body } = raw;
  if (status >= 200 && status < 300) return success(request, raw);
  return {
    outcome: failure(request, raw),
    status,
    reason: text(body?.reason),
    message: typeof body === "string" ? excerpt(body) : text(body?.message),
    ...retryAfter(raw),
  };
}

function success(request: Request, raw: RawAnswer): Answer {
  const { verb, resource } = request;
  const { status, body } = raw;
  const ok = { outcome: "ok", status, reason: "", message: "" } as const;
  if (verb === "list" && body?.items !== undefined) {
    const items: Json[] = body.items ?? [];
    for (const item of items) {
      // The API server leaves both out of the lists of built-in kinds.
      item.kind ??= resource.kind;
      item.apiVersion ??= resource.apiVersion;
    }
    return { ...ok, items, resourceVersion: body.metadata.resourceVersion };
  }
  // A binding, an eviction and some deletes are answered by a Status without any object.
  if (verb !== "list" && body?.kind === "Status") return ok;
  if (verb !== "list" && body?.metadata) return { ...ok, object: body as Obj };
  // No API server speaks like that: a proxy does, and nobody knows what became of the request.
  const outcome = isRead(request) ? "transient" : "unknown";
  return { outcome, status, reason: "Unreadable", message: `not a Kubernetes object: ${excerpt(body)}` };
}

function failure(request: Request, raw: RawAnswer): Outcome {
  const { status, body } = raw;
  switch (status) {
    case 0:
      return isRead(request) || raw.sent === false ? "transient" : "unknown";
    case 401:
    case 403:
      return "denied";
    case 404:
      // "Not found" about a kind that is not served says nothing about the object.
      return namesObject(body) ? "gone" : "denied";
    case 409:
      return isAboutUid(body) ? "gone" : "conflict";
    case 410:
      return isRead(request) ? "transient" : "conflict";
    case 422:
      return unprocessable(request, body);
    case 429:
      return "throttled";
    case 500:
      return internal(request, text(body?.message));
    case 504:
      return isRead(request) ? "transient" : "unknown";
  }
  return status >= 400 && status < 500 && status !== 408 ? "invalid" : "transient";
}

function namesObject(body: Json): boolean {
  return typeof body?.details?.name === "string" && body.details.name !== "";
}

/**
 * An apply whose uid met nobody, a delete or update whose uid met somebody else.
 *
 * The text is all there is to tell it from a stale resourceVersion. A conflict of field managers is worded otherwise,
 * and quotes names that users choose.
 */
function isAboutUid(body: Json): boolean {
  const message = text(body?.message);
  if (body?.reason !== "Conflict" || !message.startsWith("Operation cannot be fulfilled on ")) return false;
  return /uid mismatch: |the UID in the precondition|Precondition failed: UID in precondition/.test(message);
}

/** 422 has four meanings. */
function unprocessable(request: Request, body: Json): Outcome {
  if (request.verb === "patch" && !namesObject(body)) return "conflict";
  const causes: Json[] = Array.isArray(body?.details?.causes) ? body.details.causes : [];
  if (causes.some((cause) => cause?.field === "metadata.uid")) return "gone";
  return isPolicy(text(body?.message)) ? "denied" : "invalid";
}

function isPolicy(message: string): boolean {
  return message.includes("AdmissionPolicy '") || message.includes("admission webhook ");
}

function internal(request: Request, message: string): Outcome {
  if (isRead(request)) return "transient";
  if (message.includes("failed to create typed patch object")) return "invalid";
  // The API server passes on what etcd told it; after these the write may have been committed.
  return /^etcdserver: |context deadline exceeded|rpc error: /.test(message) ? "unknown" : "transient";
}

function retryAfter({ status, retryAfter: header, body }: RawAnswer): { retryAfterMs?: number } {
  for (const given of [header, body?.details?.retryAfterSeconds]) {
    const seconds = Number(given ?? NaN);
    if (seconds >= 0) return { retryAfterMs: seconds * 1000 };
  }
  return status === 429 ? { retryAfterMs: 1000 } : {};
}

function isRead({ verb }: Request): boolean {
  return verb === "get" || verb === "list";
}

function excerpt(body: unknown): string {
  return String(body).slice(0, 300).trim();
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
