/** Who asked the API server for what, from its audit log. */
import type { Json } from "../../kube/api.ts";
import { eventsIn } from "../control_plane/audit_log.ts";
import { OPERATOR } from "./cluster.ts";

export interface Entry {
  readonly user: string;
  readonly verb: string;
  /** `subnets`, `subnets/status`, … */
  readonly resource: string;
  readonly name: string;
  readonly namespace: string;
  readonly code: number;
  /** Milliseconds since 1970, when it was answered. */
  readonly at: number;
}

const WRITES: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Of all requests, those that were meant to change something, in the order of the log. */
export async function writesIn(auditLog: string): Promise<readonly Entry[]> {
  return (await eventsIn(auditLog)).map(read).filter(({ verb }) => WRITES.has(verb));
}

function read(event: Json): Entry {
  const { user, verb, objectRef = {}, responseStatus, stageTimestamp } = event;
  const { resource = "", subresource, name = "", namespace = "" } = objectRef;
  return {
    user: user.username,
    verb,
    resource: subresource ? `${resource}/${subresource}` : resource,
    name,
    namespace,
    code: responseStatus?.code ?? 0,
    at: Date.parse(stageTimestamp),
  };
}

/** `read`, or the verb itself. */
export const right = (verb: string, resource: string): string =>
  `${["get", "list", "watch"].includes(verb) ? "read" : verb} ${resource}`;

/** What the operator asked for, as {@link right}s. */
export async function rightsUsed(
  auditLog: string,
): Promise<Record<"allowed" | "denied", ReadonlySet<string>>> {
  const allowed = new Set<string>(), denied = new Set<string>();
  for (const { user, verb, objectRef, responseStatus } of await eventsIn(auditLog)) {
    if (user.username !== OPERATOR || !objectRef?.resource) continue;
    const { resource, subresource } = objectRef;
    const what = subresource ? `${resource}/${subresource}` : resource, { code } = responseStatus ?? {};
    (code === 403 ? denied : allowed).add(right(verb, what));
    // An apply that creates needs both, and is logged as a patch.
    if (verb === "patch" && code === 201) allowed.add(right("create", what));
  }
  return { allowed, denied };
}
