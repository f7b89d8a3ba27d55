/** Watches: the log of one kind as a stream of lines. */
import type { WatchLine } from "../kube/api.ts";
import type { Resource } from "../kube/resource.ts";
import type { Served } from "./kinds/served.ts";
import type { Commit } from "./log.ts";
import { expired, Refusal } from "./refusal.ts";
import { type Matcher, matcher } from "./selector.ts";
import type { ApiServer } from "./server.ts";

export interface Watch {
  /** Resume after this version; absent: everything there is first, then a bookmark. */
  readonly resourceVersion?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly signal: AbortSignal;
}

/**
 * Ends when the signal fires, when the kind is no longer served, or after an `ERROR` line.
 *
 * A version that is yet to come is waited for in silence, as the real one does.
 */
export async function* watch(
  server: ApiServer,
  resource: Resource,
  options: Watch,
): AsyncGenerator<WatchLine> {
  let kind: Served, matches: Matcher | undefined;
  try {
    kind = server.kindOf(resource);
    matches = matcher(kind, options);
  } catch (refusal) {
    return yield errorLine(refusal);
  }
  const collection = server.store.collection(kind);
  let seen = server.store.version;
  if (options.resourceVersion === undefined || options.resourceVersion === "0") {
    for (const entry of collection.keys().map((key) => collection.entries.get(key)!)) {
      if (!matches || matches(entry.object)) yield { type: "ADDED", object: server.visible(entry) };
    }
    if (options.resourceVersion === undefined) yield bookmark(seen, true);
  } else {
    seen = Number(options.resourceVersion);
  }

  using changes = changesOf(server, kind, options.signal);
  while (!options.signal.aborted) {
    if (seen < server.store.compacted) return yield errorLine(tooOld(seen, server.store.compacted));
    const { commits } = collection.log;
    for (let at = collection.log.indexAfter(seen); at < commits.length; at++) {
      const commit = commits[at]!;
      seen = commit.rv;
      const line = lineOf(server, commit, matches);
      if (line) yield line;
      if (options.signal.aborted) return;
    }
    const isAsked = await changes.next();
    if (!server.isServed(kind)) return;
    if (isAsked && seen <= server.store.version) yield bookmark(seen = server.store.version);
  }
}

/** A selector makes an object come and go where it only changed. */
function lineOf(
  server: ApiServer,
  commit: Commit,
  matches: Matcher | undefined,
): WatchLine | undefined {
  const { type, object, previous } = commit;
  if (!matches) return { type, object: server.visible(commit) };
  const was = previous !== undefined && matches(previous);
  const is = type !== "DELETED" && matches(object);
  if (is) return { type: was ? "MODIFIED" : "ADDED", object: server.visible(commit) };
  if (!was) return undefined;
  const { resourceVersion } = object.metadata;
  const last = type === "DELETED"
    ? object
    : { ...previous, metadata: { ...previous.metadata, resourceVersion } };
  return { type: "DELETED", object: server.visible({ object: last, managers: commit.managers }) };
}

function bookmark(rv: number, initialEventsEnd = false): WatchLine {
  return { type: "BOOKMARK", resourceVersion: String(rv), initialEventsEnd };
}

function tooOld(seen: number, compacted: number): Refusal {
  return expired(`too old resource version: ${seen} (${compacted})`);
}

function errorLine(refusal: unknown): WatchLine {
  if (!(refusal instanceof Refusal)) throw refusal;
  return { type: "ERROR", status: refusal.code, reason: refusal.reason, message: refusal.message };
}

interface Changes extends Disposable {
  /** Resolves when something of the kind was written, a bookmark is wanted, or the watch is to end. */
  next(): Promise<boolean>;
}

function changesOf(server: ApiServer, { group, plural }: Served, signal: AbortSignal): Changes {
  let wake = () => {};
  let isDirty = false, isAsked = false;
  const note = () => {
    isDirty = true;
    wake();
  };
  const ask = () => {
    isAsked = true;
    note();
  };
  const stop = server.onCommit(({ kind }) => {
    if (kind.plural === plural && kind.group === group || kind.kind === "CustomResourceDefinition") note();
  });
  server.bookmarks.add(ask);
  signal.addEventListener("abort", note);
  return {
    async next() {
      if (!isDirty) await new Promise<void>((resolve) => wake = resolve);
      const asked = isAsked;
      isDirty = isAsked = false;
      return asked;
    },
    [Symbol.dispose]() {
      stop();
      server.bookmarks.delete(ask);
      signal.removeEventListener("abort", note);
    },
  };
}
