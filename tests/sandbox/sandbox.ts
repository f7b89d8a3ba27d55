/** A sandbox for tests: counted uids, a clock that stands still unless moved. */
import { definitions } from "../../crds/mod.ts";
import { ApiServer, type ApiServerOptions } from "../../sandbox/server.ts";

export interface Clock {
  /** Milliseconds since 1970. */
  ms: number;
}

export function sandbox(options: Partial<ApiServerOptions> & { clock?: Clock } = {}): ApiServer {
  const { clock = { ms: Date.parse("2026-01-01T00:00:00Z") }, ...more } = options;
  let uids = 0;
  return new ApiServer({
    now: () => new Date(clock.ms).toISOString().replace(".000Z", "Z"),
    uid: () => `00000000-0000-0000-0000-${String(++uids).padStart(12, "0")}`,
    definitions,
    ...more,
  });
}
