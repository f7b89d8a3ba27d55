import type { Context } from "hono";

/** `?o=json`, as kubectl has it, or an Accept header that asks for JSON and not for everything. */
export function wantsJson({ req }: Context): boolean {
  return req.query("o") === "json" || (req.header("accept") ?? "").includes("application/json");
}
