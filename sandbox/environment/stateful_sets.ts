/**
 * StatefulSets: pods with names for life, one after the other unless `Parallel`.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
 */
import type { Json } from "../../kube/api.ts";
import type { ApiServer } from "../server.ts";
import type { Controller } from "./environment.ts";
import {
  concerns,
  isFinished,
  isReady,
  makePod,
  podsOf,
  removePod,
  templateHash,
  writeStatus,
} from "./pods.ts";

const REVISION = "controller-revision-hash";
const STATEFUL_SETS = { apiVersion: "apps/v1", plural: "statefulsets" };

export const statefulSets: Controller = {
  wake: (commit) => concerns(commit, "StatefulSet"),

  work(server, key) {
    const set = server.entriesOf(STATEFUL_SETS).get(key)?.object;
    if (!set || set.metadata.deletionTimestamp) return;
    const { name } = set.metadata;
    const start = set.spec.ordinals?.start ?? 0;
    const revision = `${name}-${templateHash(set.spec.template)}`;
    const pods = new Map(podsOf(server, set).map((pod) => [pod.metadata.name, pod]));
    const wanted = Array.from({ length: set.spec.replicas }, (_, i) => `${name}-${start + i}`);
    next(server, set, { pods, wanted, revision });

    const all = [...pods.values()];
    const updated = all.filter((pod) => pod.metadata.labels?.[REVISION] === revision);
    const ready = all.filter(isReady).length;
    writeStatus(server, set, {
      replicas: all.length,
      readyReplicas: ready,
      availableReplicas: ready,
      currentReplicas: updated.length,
      updatedReplicas: updated.length,
      currentRevision: revision,
      updateRevision: revision,
    });
  },
};

interface Plan {
  readonly pods: ReadonlyMap<string, Json>;
  /** Names, lowest ordinal first. */
  readonly wanted: readonly string[];
  readonly revision: string;
}

function next(server: ApiServer, set: Json, { pods, wanted, revision }: Plan): void {
  const isOrdered = set.spec.podManagementPolicy !== "Parallel";
  for (const name of wanted) {
    const pod = pods.get(name);
    if (!pod) make(server, set, { name, revision });
    else if (isFinished(pod)) removePod(server, pod);
    if (isOrdered && !(pod && isReady(pod))) return;
  }
  const left = wanted.length;
  const surplus = [...pods.values()].filter(({ metadata }) => !wanted.includes(metadata.name)).sort(
    byOrdinal,
  );
  for (const pod of surplus.reverse()) {
    removePod(server, pod);
    if (isOrdered) return;
  }
  if (left === 0 || set.spec.updateStrategy?.type === "OnDelete") return;
  const old = wanted.flatMap((name) => pods.get(name) ?? []).findLast((pod) =>
    pod.metadata.labels?.[REVISION] !== revision
  );
  const isWhole = wanted.every((name) => pods.has(name) && isReady(pods.get(name)));
  if (old && isWhole) removePod(server, old);
}

function make(server: ApiServer, set: Json, { name, revision }: { name: string; revision: string }): void {
  const labels = {
    "apps.kubernetes.io/pod-index": ordinal(name),
    "statefulset.kubernetes.io/pod-name": name,
    [REVISION]: revision,
  };
  const { serviceName } = set.spec;
  makePod(server, set, {
    name,
    labels,
    spec: { hostname: name, ...(serviceName ? { subdomain: serviceName } : {}) },
  });
}

function byOrdinal(a: Json, b: Json): number {
  return Number(ordinal(a.metadata.name)) - Number(ordinal(b.metadata.name));
}

function ordinal(name: string): string {
  return name.slice(name.lastIndexOf("-") + 1);
}
