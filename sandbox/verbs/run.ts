/** Which function answers which request. */
import type { Delete, Json, List, Request, Subresource } from "../../kube/api.ts";
import { type Key, keyOf, type Resource } from "../../kube/resource.ts";
import { managedFields } from "../fields/managed_fields.ts";
import { methodNotAllowed, noSuchResource } from "../refusal.ts";
import { answer } from "./answer.ts";
import { apply } from "./apply.ts";
import { type Answered, checkSubresource, type Core, entryOf, type Target } from "./context.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { list, type ListOptions } from "./list.ts";
import { checkObject, jsonPatch, mergePatch } from "./patch.ts";
import { bind, evict } from "./pods.ts";
import { readScale, writeScale } from "./scale.ts";
import { strategicPatch } from "./strategic.ts";
import { replace, update } from "./update.ts";

/** What users can ask for beyond what the operator does. */
export type Operation =
  | Request
  | (List & ListOptions)
  | (Omit<List, "verb"> & Pick<Delete, "gracePeriodSeconds" | "propagationPolicy"> & {
    readonly verb: "deletecollection";
  })
  | {
    readonly verb: "strategic";
    readonly resource: Resource;
    readonly key: Key;
    readonly body: Json;
    readonly manager: string;
    readonly subresource?: Subresource;
  }
  | {
    readonly verb: "get";
    readonly resource: Resource;
    readonly key: Key;
    readonly subresource?: Subresource;
  };

/** @throws Refusal */
export function run(core: Core, request: Operation): Answered {
  const kind = core.kindOf(request.resource);
  const subresource = "subresource" in request ? request.subresource : undefined;
  const manager = "manager" in request ? request.manager : "";
  if (kind.behaviour.answer && request.verb !== "create") throw methodNotAllowed(kind);
  const target = (key: Key): Target => {
    const found: Target = { core, kind, key, manager, subresource };
    checkSubresource(found);
    return found;
  };
  switch (request.verb) {
    case "get": {
      const { object, managers } = entryOf(target(request.key));
      return subresource === "scale"
        ? { status: 200, body: readScale(object) }
        : { status: 200, body: object, managers };
    }
    case "list":
      return list(core, kind, request);
    case "create":
      checkObject(request.body);
      if (subresource === "binding") return bind(target(keyOf(request.body)), request.body);
      if (subresource === "eviction") return evict(target(keyOf(request.body)), request.body);
      if (subresource !== undefined) throw noSuchResource();
      if (kind.behaviour.answer) return answer(core, kind, request.body);
      return create(core, kind, request);
    case "update":
      checkObject(request.body);
      if (subresource === "scale") return writeScale(target(keyOf(request.body)), request.body);
      return update(target(keyOf(request.body)), request.body);
    case "apply":
      checkObject(request.body);
      return apply(target(keyOf(request.body)), request);
    case "merge":
      checkObject(request.body);
      return patch(target(request.key), (live) => mergePatch(live, request.body));
    case "strategic":
      checkObject(request.body);
      return patch(target(request.key), (live) => strategicPatch(kind.shape, live, request.body));
    case "patch":
      return patch(target(request.key), (live) => jsonPatch(live, request.steps), {
        showsManagers: request.steps.some(({ path }) => path.startsWith("/metadata/managedFields")),
      });
    case "delete":
      return remove(target(request.key), request);
    case "deletecollection": {
      const listed = list(core, kind, { ...request, verb: "list" });
      const entries = listed.entries?.() ?? [];
      for (const item of listed.body.items) remove(target(keyOf(item)), request);
      return { ...listed, entries: () => entries };
    }
  }
}

function patch(
  target: Target,
  change: (live: Json) => Json,
  { showsManagers = false }: { showsManagers?: boolean } = {},
): Answered {
  const entry = entryOf(target);
  const { object, managers } = entry;
  if (target.subresource === "scale") return writeScale(target, change(readScale(object)));
  const seen = showsManagers
    ? { ...object, metadata: { ...object.metadata, managedFields: managedFields(managers) } }
    : object;
  return replace(target, entry, change(seen), { live: object });
}
