/** What becomes of a request on its way. */
import type { Request } from "../../kube/api.ts";
import type { RawAnswer } from "../../kube/outcome.ts";
import { answer, type Fault } from "../../sandbox/faults.ts";
import type { ApiServer } from "../../sandbox/server.ts";

const FAULTS = {
  done: undefined,
  /** The line broke before it arrived, which nobody knows. */
  lost: { fault: "lost" },
  /** It is given up, and arrives much later. */
  late: { fault: "lost" },
  /** It took effect, and the line broke before the answer arrived. */
  eaten: { fault: "unanswered" },
  conflict: { fault: "refused", status: 409 },
  throttled: { fault: "refused", status: 429, retryAfter: 1 },
  broken: { fault: "refused", status: 500 },
  unavailable: { fault: "refused", status: 503 },
  timeout: { fault: "refused", status: 504 },
} as const satisfies Record<string, Fault | undefined>;

export type Fate =
  | keyof typeof FAULTS
  /** Nobody listened, which is certain. */
  | "unsent"
  | "denied";

export const FATES: readonly Fate[] = [...Object.keys(FAULTS) as (keyof typeof FAULTS)[], "unsent", "denied"];

/** The answer that its sender gets. */
export function befall(server: ApiServer, request: Request, fate: Fate): RawAnswer {
  if (fate === "unsent") return { status: 0, body: undefined, sent: false };
  if (fate === "denied") return { status: 403, body: DENIED };
  return answer(server, request, FAULTS[fate]);
}

const DENIED = {
  kind: "Status",
  status: "Failure",
  reason: "Forbidden",
  message: "not allowed just now",
  code: 403,
};
