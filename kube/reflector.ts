/**
 * Keeps a copy of all objects of a kind up to date.
 *
 * **Expected flow.** A watch streams a consistent state, a bookmark ends it: `replace`. The same stream goes on with changes:
 * `put`, `remove`, `progress`. When it ends, the next one resumes after the last version seen.
 *
 * **Guarantees.** A copy is replaced by a whole and consistent one or not at all. What vanished while nobody watched is missing
 * from the next `replace`. A version is never behind the ones before, except after `restored`.
 *
 * **Caveats.** Events may come twice, and several changes of one object as one; an object deleted and created anew may come
 * as a change of its uid.
 */
import type { Client, WatchLine } from "./api.ts";
import { backoff } from "./backoff.ts";
import type { Env } from "./env.ts";
import { compareVersions, type Key, keyOf, type Obj, type Resource } from "./resource.ts";
import { SILENT, watchUnlessSilent } from "./silence.ts";

/** Where a copy goes. Its functions are called in the order of events, one at a time. */
export interface Sink {
  /**
   * The whole state: what is not in it does not exist.
   *
   * @returns false where that is not believed: the copy stays as it is, and is listed once more.
   */
  replace(items: readonly Obj[], resourceVersion: string): boolean;
  /** Created or changed. */
  put(object: Obj): void;
  /** Deleted; `object` is its last state. */
  remove(object: Obj): void;
  /** Everything up to this version has been seen. */
  progress(resourceVersion: string): void;
  /** The server went back in time (restored from a backup): nothing known before is sure. A `replace` follows. */
  restored(): void;
  /** Could not list or watch; it will be tried again. 404: the kind is not served. 0: no answer. */
  failed(status: number, reason: string, message: string): void;
}

export interface ReflectOptions {
  readonly client: Client;
  readonly resource: Resource;
  /** Absent: all of them. */
  readonly namespace?: string;
  readonly sink: Sink;
  readonly env: Env;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Applied to each object as it arrives. */
  readonly trim?: (object: Obj) => Obj;
  /** A watch that shows nothing for so long, not even a bookmark, is doubted. API servers send one a minute. @default 120,000 */
  readonly silentMs?: number;
  /** How long to wait before asking again for a kind that is not served. @default as after any failure */
  readonly unservedMs?: number;
}

/** For health checks; read only. */
export interface Reflection {
  /** The first `replace` has been called. */
  readonly synced: boolean;
  /** {@link Env.now} when the server last said anything about this kind. */
  readonly heardAt: number;
  /** Resolves after `signal`. */
  readonly done: Promise<void>;
}

/** Begins at once and goes on until `signal` is aborted. */
export function reflect(options: ReflectOptions): Reflection {
  return new Reflector(options);
}

/** Objects trimmed in one go: some milliseconds. */
const BATCH = 2000;

class Reflector implements Reflection {
  synced = false;
  heardAt: number;
  readonly done: Promise<void>;
  readonly #options: ReflectOptions;
  readonly #trim: (object: Obj) => Obj;
  /** Of the copy that the sink has. */
  #version: string | undefined;
  /** What comes next: a consistent state as a stream, the same by a list, or the changes after {@link #version}. */
  #next: "stream" | "list" | "follow" = "stream";
  /** How a consistent state is got when one is needed. */
  #anew: "stream" | "list" = "stream";
  /** Attempts since the last progress. */
  #attempts = 0;
  /** The last answer was that nobody serves the kind. */
  #isUnserved = false;

  constructor(options: ReflectOptions) {
    this.#options = options;
    this.#trim = options.trim ?? ((object) => object);
    this.heardAt = options.env.now();
    this.done = this.#run();
  }

  async #run(): Promise<void> {
    const { env, signal } = this.#options;
    while (!signal.aborted) {
      this.#attempts++;
      this.#isUnserved = false;
      if (this.#next === "list") await this.#list();
      else await this.#watch(this.#next === "stream" ? new Map() : undefined);
      if (this.#attempts === 0) continue;
      await env.sleep(this.#pauseMs(), signal);
    }
  }

  #pauseMs(): number {
    const { env, unservedMs } = this.#options;
    if (this.#isUnserved && unservedMs !== undefined) return unservedMs;
    return backoff(this.#attempts, { baseMs: 200, maxMs: 3_000, random: env.random() });
  }

  #failed(status: number, reason: string, message: string): void {
    this.#isUnserved = status === 404;
    this.#options.sink.failed(status, reason, message);
  }

  async #list(): Promise<void> {
    const { client, resource, env, signal } = this.#options;
    const { items, resourceVersion, status, reason, message } = await client.send(
      { verb: "list", resource, ...this.#place },
      signal,
    );
    if (signal.aborted) return;
    if (!items || resourceVersion === undefined) return this.#failed(status, reason, message);
    this.heardAt = env.now();
    const trimmed: Obj[] = [];
    for (const item of items) {
      trimmed.push(this.#trim(item));
      if (trimmed.length % BATCH === 0) await env.sleep(0);
    }
    this.#replace(trimmed, resourceVersion);
  }

  /** @param initial gathers the initial events until a bookmark ends them; absent: follow from the version we have */
  async #watch(initial: Map<Key, Obj> | undefined): Promise<void> {
    const { client, resource, signal, env, silentMs = 120_000 } = this.#options;
    const from = { ...this.#place, ...(initial ? {} : { resourceVersion: this.#version! }) };
    for await (const line of watchUnlessSilent(client, resource, { ...from, env, silentMs, signal })) {
      if (signal.aborted) return;
      if (line.type === "ERROR") return this.#refused(line, initial !== undefined);
      this.heardAt = env.now();
      if (!initial) {
        if (this.#isBehind(line)) return;
        this.#follow(line);
      } else if (line.type === "BOOKMARK") {
        if (!line.initialEventsEnd) continue;
        if (!this.#replace([...initial.values()], line.resourceVersion)) return;
        initial = undefined;
      } else if (line.type === "DELETED") {
        initial.delete(keyOf(line.object));
      } else {
        initial.set(keyOf(line.object), this.#trim(line.object));
      }
    }
  }

  get #place(): { namespace?: string } {
    const { namespace } = this.#options;
    return namespace === undefined ? {} : { namespace };
  }

  #replace(items: readonly Obj[], resourceVersion: string): boolean {
    const { sink } = this.#options;
    if (this.#version !== undefined && compareVersions(resourceVersion, this.#version) < 0) sink.restored();
    if (!sink.replace(items, resourceVersion)) {
      this.#next = "list";
      return false;
    }
    this.#version = resourceVersion;
    this.#next = "follow";
    this.#attempts = 0;
    this.synced = true;
    return true;
  }

  /** A server that is behind what it has told us was restored from a backup: the next list will show. */
  #isBehind(line: WatchLine): boolean {
    const isBehind = line.type === "BOOKMARK" && compareVersions(line.resourceVersion, this.#version!) < 0;
    if (isBehind) this.#next = "list";
    return isBehind;
  }

  #follow(line: Exclude<WatchLine, { type: "ERROR" }>): void {
    const { sink } = this.#options;
    if (line.type === "BOOKMARK") {
      sink.progress(line.resourceVersion);
      return this.#advance(line.resourceVersion);
    }
    const object = this.#trim(line.object);
    if (line.type === "DELETED") sink.remove(object);
    else sink.put(object);
    this.#advance(line.object.metadata.resourceVersion);
  }

  /** Versions of one kind are comparable (KEP-5504); replayed events are no progress. */
  #advance(version: string): void {
    if (compareVersions(version, this.#version!) <= 0) return;
    this.#version = version;
    this.#attempts = 0;
  }

  #refused({ status, reason, message }: Extract<WatchLine, { type: "ERROR" }>, wasInitial: boolean): void {
    // Without initial events and their end: a server that does not know how to stream a state.
    if (wasInitial && (status === 400 || status === 422 || reason === SILENT)) {
      this.#next = this.#anew = "list";
      this.#attempts = 0;
      return;
    }
    if (reason === SILENT) this.#next = "list";
    // Whatever the server holds against this version, a state from scratch has none.
    else if (status >= 400 && status < 500 && !KEEPS_VERSION.has(status)) this.#next = this.#anew;
    if (status !== 410) this.#failed(status, reason, message);
  }
}

/** Refusals that have nothing to do with the version: 401, 403, 429. */
const KEEPS_VERSION: ReadonlySet<number> = new Set([401, 403, 429]);
