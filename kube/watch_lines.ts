/** From the bytes of a watch to its lines. */
import type { Json, WatchLine } from "./api.ts";
import { parseJson } from "./json.ts";
import { readLines } from "./lines.ts";

/**
 * The events of a watch. A line that is cut off by the end of the stream is dropped: who resumes gets it again.
 *
 * After a line that is no event of a watch (a proxy's HTML) comes one `ERROR` with status 0. Every `ERROR` is the last line.
 */
export async function* watchLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<WatchLine> {
  try {
    for await (const text of readLines(chunks)) {
      const line = readEvent(text);
      yield line;
      if (line.type === "ERROR") return;
    }
  } catch (error) {
    // A cut line ends the stream like an orderly end does.
    if (error instanceof RangeError) yield unreadable(error.message);
  }
}

function readEvent(text: string): WatchLine {
  let event: Json;
  try {
    event = parseJson(text);
  } catch {
    return unreadable(text);
  }
  const { type, object } = event ?? {};
  switch (type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      if (typeof object?.metadata?.name === "string") return { type, object };
      break;
    case "BOOKMARK": {
      const { resourceVersion, annotations } = object?.metadata ?? {};
      const initialEventsEnd = annotations?.["k8s.io/initial-events-end"] === "true";
      if (typeof resourceVersion === "string") return { type, resourceVersion, initialEventsEnd };
      break;
    }
    case "ERROR": {
      const { code = 0, reason = "", message = "" } = object ?? {};
      return { type, status: Number(code), reason, message };
    }
  }
  return unreadable(text);
}

function unreadable(text: string): WatchLine {
  return {
    type: "ERROR",
    status: 0,
    reason: "Unreadable",
    message: `not a watch event: ${text.slice(0, 100)}`,
  };
}
