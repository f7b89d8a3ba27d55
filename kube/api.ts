/**
 * What can be said to a Kubernetes API server, as plain data, and what can come back.
 *
 * The real transport, the sandbox and the simulation all speak this; nothing above it knows HTTP.
 */
import type { Key, Obj, Resource } from "./resource.ts";

// deno-lint-ignore no-explicit-any -- the wire is untyped; kinds and plans are typed above this line
export type Json = any;

export type Subresource = "status" | "binding" | "eviction" | "scale" | "ephemeralcontainers" | "resize";

/** One step of a JSON patch (RFC 6902); only what we send. */
export type PatchStep =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

export interface Get {
  readonly verb: "get";
  readonly resource: Resource;
  readonly key: Key;
  /** May be answered by one read together with others of that key that were asked for before it was sent. */
  readonly shared?: boolean;
}

/** Always consistent: sees everything acknowledged before it was sent. Pages are followed to the end. */
export interface List {
  readonly verb: "list";
  readonly resource: Resource;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface Create {
  readonly verb: "create";
  readonly resource: Resource;
  readonly body: Json;
  readonly manager: string;
  readonly subresource?: Subresource;
}

/** PUT. The operator never sends it; users, the fake kubelet and the conformance suite do. */
export interface Update {
  readonly verb: "update";
  readonly resource: Resource;
  readonly body: Json;
  readonly manager: string;
  readonly subresource?: Subresource;
}

/** Server-side apply. */
export interface Apply {
  readonly verb: "apply";
  readonly resource: Resource;
  readonly body: Json;
  readonly manager: string;
  readonly force: boolean;
  readonly subresource?: Subresource;
}

/** JSON merge patch (RFC 7386): `null` removes. */
export interface Merge {
  readonly verb: "merge";
  readonly resource: Resource;
  readonly key: Key;
  readonly body: Json;
  readonly manager: string;
  readonly subresource?: Subresource;
}

/** JSON patch (RFC 6902). */
export interface Patch {
  readonly verb: "patch";
  readonly resource: Resource;
  readonly key: Key;
  readonly steps: readonly PatchStep[];
  readonly manager: string;
  readonly subresource?: Subresource;
}

export interface Delete {
  readonly verb: "delete";
  readonly resource: Resource;
  readonly key: Key;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
}

export type Request = Get | List | Create | Update | Apply | Merge | Patch | Delete;

/**
 * The eight classes every answer falls into. Nothing else exists.
 *
 * - `ok`: it happened.
 * - `unknown`: it may or may not have happened (time-out, cut line, 504): read before anything else.
 * - `conflict`: somebody was faster (409, 422 of a failed JSON-patch test, "object is being deleted"): re-read, plan anew.
 * - `gone`: that very object is not there (404, 409 or 422 on its uid): forget it.
 * - `denied`: not allowed (401, 403, admission policy, namespace or CRD terminating): wait for a change.
 * - `invalid`: never acceptable as it stands (400, 413, 422, 500 of a schema mismatch): wait for a change of the input.
 * - `throttled`: 429; obey `retryAfterMs`.
 * - `transient`: did not happen, try again with backoff (500, 502, 503, refused connection).
 */
export type Outcome =
  | "ok"
  | "unknown"
  | "conflict"
  | "gone"
  | "denied"
  | "invalid"
  | "throttled"
  | "transient";

export interface Answer {
  readonly outcome: Outcome;
  /** HTTP status; 0 when there was none. */
  readonly status: number;
  /** `reason` of the API server's Status object: `AlreadyExists`, `Conflict`, `NotFound`, …; "" on success. */
  readonly reason: string;
  readonly message: string;
  /** What get, create, update, apply, merge and patch return; on delete the last state, where the server sends it. */
  readonly object?: Obj;
  /** What list returns. */
  readonly items?: readonly Obj[];
  /** Of a list. */
  readonly resourceVersion?: string;
  readonly retryAfterMs?: number;
}

/** One line of a watch. An `ERROR` line is turned into `expired` (410) or `failed`. */
export type WatchLine =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: Obj }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string; readonly initialEventsEnd: boolean }
  | { readonly type: "ERROR"; readonly status: number; readonly reason: string; readonly message: string };

export interface WatchOptions {
  /** Resume after this version; absent: start with the initial events (`sendInitialEvents=true`, KEP-3157). */
  readonly resourceVersion?: string;
  /** Absent: all of them. */
  readonly namespace?: string;
  readonly signal: AbortSignal;
}

/** A connection to one API server. */
export interface Client {
  /** Never throws for anything the server or the network does: that is what {@link Answer} is for. */
  send(request: Request, signal?: AbortSignal): Promise<Answer>;
  /** Ends when the server closes the stream; a refused watch yields one `ERROR` line; a cut line just ends. */
  watch(resource: Resource, options: WatchOptions): AsyncIterable<WatchLine>;
}
