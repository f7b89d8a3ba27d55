/** Who asked the API server for what, from its audit log. */
import type { Json } from "../../kube/api.ts";
import { eventsIn } from "../control_plane/audit_log.ts";

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
