/** Who asked the API server for what, from its audit log. */

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
  const lines = (await Deno.readTextFile(auditLog)).split("\n").filter((line) => line !== "");
  return lines.map(read).filter(({ verb }) => WRITES.has(verb));
}

function read(line: string): Entry {
  const { user, verb, objectRef = {}, responseStatus, stageTimestamp } = JSON.parse(line);
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
