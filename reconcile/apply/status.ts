/** Conditions and status: server-side apply on `/status`, with the resourceVersion, since the uid is ignored there. */
import { stamp } from "../report.ts";
import type { Write } from "../write.ts";
import { body, isStop, type Steps, type Stop, type Tools, write } from "./steps.ts";

type Report = Extract<Write, { phase: "report" }>;

export function* report(tools: Tools, { kind, object, conditions, status }: Report): Steps<Stop | undefined> {
  const live = tools.store.get(kind, object.metadata.name);
  // Earlier writes of the same commit are ours; anybody else's in between is a conflict.
  const { name, uid, resourceVersion } =
    (live?.metadata.uid === object.metadata.uid ? live : object).metadata;
  const said = yield* write(tools, kind, {
    verb: "apply",
    resource: kind,
    subresource: "status",
    body: {
      ...body(kind, { metadata: { name } }, { uid, resourceVersion }),
      status: { ...status, conditions: stamp(object, conditions, tools.now()) },
    },
    manager: tools.manager,
    force: true,
  });
  return isStop(said) ? said : undefined;
}
