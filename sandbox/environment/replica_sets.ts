/** ReplicaSets make pods with random names; Deployments make a ReplicaSet for each template, and keep the newest. */
import type { Json } from "../../kube/api.ts";
import { keyOf } from "../../kube/resource.ts";
import type { ApiServer } from "../server.ts";
import type { Controller } from "./environment.ts";
import {
  concerns,
  controlled,
  isFinished,
  isReady,
  makePod,
  ownerReference,
  podsOf,
  removePod,
  templateHash,
  writeStatus,
} from "./pods.ts";

const APPS = "apps/v1";
const REPLICA_SETS = {
  apiVersion: APPS,
  kind: "ReplicaSet",
  plural: "replicasets",
  namespaced: true,
} as const;
const DEPLOYMENTS = { apiVersion: APPS, kind: "Deployment", plural: "deployments" } as const;
const HASH = "pod-template-hash";
const MANAGER = "kube-controller-manager";

export const replicaSets: Controller = {
  wake: (commit) => concerns(commit, REPLICA_SETS),

  work(server, key) {
    const set = server.entriesOf(REPLICA_SETS).get(key)?.object;
    if (!set || set.metadata.deletionTimestamp) return;
    const pods = podsOf(server, set).filter((pod) => !pod.metadata.deletionTimestamp && !isFinished(pod));
    const missing = set.spec.replicas - pods.length;
    for (let i = 0; i < missing; i++) makePod(server, set, { generateName: `${set.metadata.name}-` });
    // Those that are not ready yet are missed least.
    const dispensable = [...pods].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
    for (const pod of dispensable.slice(0, Math.max(-missing, 0))) removePod(server, pod);
    const ready = pods.filter(isReady).length;
    writeStatus(server, set, { replicas: set.spec.replicas, readyReplicas: ready, availableReplicas: ready });
  },
};

export const deployments: Controller = {
  wake: (commit) => concerns(commit, DEPLOYMENTS),

  work(server, key) {
    const deployment = server.entriesOf(DEPLOYMENTS).get(key)?.object;
    if (!deployment || deployment.metadata.deletionTimestamp) return;
    const name = `${deployment.metadata.name}-${templateHash(deployment.spec.template)}`;
    const { replicas } = deployment.spec;
    const sets = controlled(server, deployment, REPLICA_SETS.plural, APPS);
    const current = sets.find((set) => set.metadata.name === name);
    if (!current) makeReplicaSet(server, deployment, name);
    for (const set of sets) scale(server, set, set === current ? replicas : 0);
    const ready = sets.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0);
    writeStatus(server, deployment, {
      replicas: sets.reduce((sum, { status }) => sum + (status?.replicas ?? 0), 0),
      updatedReplicas: current?.status?.replicas ?? 0,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: Math.max(replicas - ready, 0) || null,
      conditions: [{
        type: "Available",
        status: ready >= replicas ? "True" : "False",
        reason: ready >= replicas ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: `${ready} of ${replicas} replicas are ready`,
      }],
    });
  },
};

function makeReplicaSet(server: ApiServer, { metadata, spec, ...deployment }: Json, name: string): void {
  const labels = { ...spec.template.metadata?.labels, [HASH]: name.slice(metadata.name.length + 1) };
  const body = {
    metadata: {
      name,
      namespace: metadata.namespace,
      labels,
      ownerReferences: [ownerReference({ ...deployment, metadata })],
    },
    spec: {
      replicas: spec.replicas,
      selector: { matchLabels: { ...spec.selector.matchLabels, [HASH]: labels[HASH] } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  };
  server.execute({ verb: "create", resource: REPLICA_SETS, body, manager: MANAGER });
}

function scale(server: ApiServer, set: Json, replicas: number): void {
  if (set.spec.replicas === replicas) return;
  const body = { spec: { replicas } };
  server.execute({ verb: "merge", resource: REPLICA_SETS, key: keyOf(set), body, manager: MANAGER });
}
