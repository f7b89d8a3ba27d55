/** Telling an object that is not ours: server-side apply of annotations, nothing but keys of the output table, with its uid. */
import type { Annotate } from "../plan.ts";
import { keyOf } from "../kind.ts";
import { body, isStop, type Steps, type Stop, type Tools, write } from "./steps.ts";

/**
 * Force, because a key that a user or another controller wrote could never be put right without it. An apply without
 * uid would create the object anew if it was just deleted.
 *
 * @throws if a key is not in the output table: a mistake in a handler, never in an input.
 */
export function* annotate(
  tools: Tools,
  { kind, object, annotations, versioned }: Annotate,
): Steps<Stop | undefined> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  for (const key of Object.keys(annotations)) {
    if (!tools.rules.mayAnnotate(kind, key)) {
      throw new Error(`${kind.kind} must not be given the annotation ${key}`);
    }
  }
  const stale = Object.entries(annotations).filter(([key, value]) =>
    value === null && Object.hasOwn(object.metadata.annotations ?? {}, key)
  );
  let version = resourceVersion;
  if (stale.length > 0) {
    const cleared = yield* write(tools, kind, {
      verb: "merge",
      resource: kind,
      key: keyOf(object),
      body: {
        metadata: { uid, ...(versioned ? { resourceVersion } : {}), annotations: Object.fromEntries(stale) },
      },
      manager: tools.manager,
    });
    if (isStop(cleared)) return cleared;
    version = cleared.metadata.resourceVersion;
  }
  const wanted = Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== null));
  const told = yield* write(tools, kind, {
    verb: "apply",
    resource: kind,
    body: body(kind, { metadata: { name, ...(namespace ? { namespace } : {}), annotations: wanted } }, {
      uid,
      ...(versioned ? { resourceVersion: version } : {}),
    }),
    manager: tools.manager,
    force: true,
  });
  return isStop(told) ? told : undefined;
}
