/** `/scale` of what makes pods. */
import type { Json } from "../../kube/api.ts";
import { trackUpdate } from "../fields/managers.ts";
import { conflict, MODIFIED } from "../refusal.ts";
import { type Answered, entryOf, type Target, writerOf } from "./context.ts";

/** As it is shown. */
export function readScale({ metadata, spec, status }: Json): Json {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const labels = Object.entries(spec.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, ...(labels.length ? { selector: labels.join(",") } : {}) },
  };
}

/** @param scale what became of {@link readScale}. */
export function writeScale(target: Target, scale: Json): Answered {
  const { core, kind, key } = target;
  const entry = entryOf(target);
  const live = entry.object;
  const { resourceVersion } = scale.metadata ?? {};
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) {
    throw conflict(
      kind,
      live.metadata.name,
      MODIFIED,
    );
  }
  const replicas = scale.spec?.replicas ?? 0;
  if (replicas === live.spec.replicas) return { status: 200, body: readScale(live) };
  const object = {
    ...live,
    metadata: { ...live.metadata, generation: live.metadata.generation + 1 },
    spec: { ...live.spec, replicas },
  };
  const managers = trackUpdate(entry.managers, {
    shape: kind.shape,
    before: live,
    after: object,
    writer: writerOf(target),
  });
  return { status: 200, body: readScale(core.store.put(kind, key, { object, managers })) };
}
