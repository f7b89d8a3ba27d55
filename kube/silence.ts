/** Tells a quiet watch from a dead one. */
import type { Client, WatchLine, WatchOptions } from "./api.ts";
import type { Env } from "./env.ts";
import type { Resource } from "./resource.ts";

/** The reason of the `ERROR` line that stands for silence. */
export const SILENT = "Silent";

export interface HeardOptions extends WatchOptions {
  readonly env: Env;
  readonly silentMs: number;
}

/**
 * A watch that is given up, with a last line `ERROR` of reason {@link SILENT}, when nothing came for `silentMs` milliseconds.
 *
 * Bookmarks come about once a minute, so silence means a dead connection, or a server that was restored from a backup and
 * waits for a version it will reach some day.
 */
export async function* watchUnlessSilent(
  client: Client,
  resource: Resource,
  { env, silentMs, signal, ...options }: HeardOptions,
): AsyncGenerator<WatchLine> {
  const stop = new AbortController();
  let heardAt = env.now();
  let isSilent = false;
  const listening = (async () => {
    while (!stop.signal.aborted) {
      const left = heardAt + silentMs - env.now();
      isSilent = left <= 0;
      if (isSilent) stop.abort();
      else await env.sleep(left, stop.signal);
    }
  })();
  try {
    for await (
      const line of client.watch(resource, { ...options, signal: AbortSignal.any([signal, stop.signal]) })
    ) {
      heardAt = env.now();
      yield line;
    }
    if (isSilent) {
      yield { type: "ERROR", status: 0, reason: SILENT, message: `no line for ${silentMs / 1000} s` };
    }
  } finally {
    stop.abort();
    await listening;
  }
}
