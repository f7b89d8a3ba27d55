/**
 * StatefulSets: pods with names for life, one after the other unless `Parallel`; and OpenKruise's, which can leave numbers out.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
 */
import { AdvancedStatefulSet, StatefulSet } from "../../crds/foreign.ts";
import type { Json } from "../../kube/api.ts";
import type { Resource } from "../../kube/resource.ts";
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

export const statefulSets: Controller = setsOf(StatefulSet);
/** In a cluster both are called StatefulSet. */
export const advancedStatefulSets: Controller = setsOf({ ...AdvancedStatefulSet, kind: StatefulSet.kind });

function setsOf(resource: Resource): Controller {
  return {
    wake: (commit) => concerns(commit, resource),

    work(server, key) {
      const set = server.entriesOf(resource).get(key)?.object;
      if (!set || set.metadata.deletionTimestamp) return;
      const { name } = set.metadata;
      const revision = `${name}-${templateHash(set.spec.template)}`;
      const pods = new Map(podsOf(server, set).map((pod) => [pod.metadata.name, pod]));
      const wanted = numbersOf(set.spec).map((number) => `${name}-${number}`);
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
}

/** As many as it wants pods, counted up from the first and past those that are reserved. */
function numbersOf({ replicas = 1, ordinals, reserveOrdinals = [] }: Json): readonly number[] {
  const reserved = new Set(reserveOrdinals.flatMap(rangeOf)), numbers: number[] = [];
  for (let next = ordinals?.start ?? 0; numbers.length < replicas; next++) {
    if (!reserved.has(next)) numbers.push(next);
  }
  return numbers;
}

/** `3`, or `"2-5"` with both ends. */
function rangeOf(entry: number | string): readonly number[] {
  const [from = 0, to = from] = String(entry).split("-").map(Number);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

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
