/**
 * Conditions and status: server-side apply with the resourceVersion, since `/status` ignores the uid.
 *
 * The version is the one that the plan was made from, or that of this commit's own last write: whoever wrote the object in between,
 * a user who edits it or a replica that fences it, makes this one fail.
 */
import { stamp } from "../report.ts";
import type { Obj } from "../kind.ts";
import type { Write } from "../write.ts";
import { body, isStop, type Steps, type Stop, type Tools, write } from "./steps.ts";

type Report = Extract<Write, { phase: "report" }>;

/** @param seen the object in the version that is to be written on. */
export function* report(
  tools: Tools,
  { kind, object, conditions, status }: Report,
  seen: Obj,
): Steps<Stop | undefined> {
  const { name, uid, resourceVersion } = seen.metadata;
  const said = yield* write(tools, kind, {
    verb: "apply",
    resource: kind,
    ...(kind.inlineStatus ? {} : { subresource: "status" as const }),
    body: {
      ...body(kind, { metadata: { name } }, { uid, resourceVersion }),
      status: { ...status, conditions: stamp(object, conditions, tools.now()) },
    },
    // An apply drops what its manager owns and it leaves out: without `/status` the two need managers of their own.
    manager: kind.inlineStatus ? `${tools.manager}-status` : tools.manager,
    force: true,
  });
  return isStop(said) ? said : undefined;
}
