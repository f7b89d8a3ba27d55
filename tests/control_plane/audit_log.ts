/** What the API server was asked, as it logs it. */
import type { Json } from "../../kube/api.ts";

/** Everything that is logged; the API server may be at a further line right now, which is left for later. */
export async function eventsIn(auditLog: string): Promise<readonly Json[]> {
  const lines = (await Deno.readTextFile(auditLog)).split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}
