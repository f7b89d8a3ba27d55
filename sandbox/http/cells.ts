/** Cells of built-in kinds that are more than one field. */
import type { Json } from "../../kube/api.ts";

type Cells = Readonly<Record<string, (object: Json) => Json>>;

const CELLS: Readonly<Record<string, Cells>> = {
  Pod: {
    Ready: ({ spec, status }) => `${readyContainers(status)}/${spec.containers?.length ?? 0}`,
    Status: ({ metadata, status }) =>
      metadata.deletionTimestamp ? "Terminating" : status?.reason ?? status?.phase ?? "",
    Restarts: ({ status }) => String(sum(status?.containerStatuses, "restartCount")),
  },
  Node: {
    Status: ({ spec, status }) =>
      `${isTrue(status, "Ready") ? "Ready" : "NotReady"}${spec.unschedulable ? ",SchedulingDisabled" : ""}`,
  },
  Deployment: { Ready: ready },
  StatefulSet: { Ready: ready },
  ConfigMap: { Data: ({ data, binaryData }) => Object.keys({ ...data, ...binaryData }).length },
  CustomResourceDefinition: { "Created At": ({ metadata }) => metadata.creationTimestamp },
  Event: { Object: ({ involvedObject: { kind = "", name = "" } }) => `${kind.toLowerCase()}/${name}` },
};

export function computed(kind: string, column: string, object: Json): Json {
  return CELLS[kind]?.[column]?.(object) ?? "";
}

function ready({ spec, status }: Json): string {
  return `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`;
}

function readyContainers(status: Json): number {
  return (status?.containerStatuses ?? []).filter(({ ready }: Json) => ready).length;
}

function sum(list: Json[] = [], field: string): number {
  return list.reduce((total, each) => total + (each[field] ?? 0), 0);
}

function isTrue(status: Json, type: string): boolean {
  return (status?.conditions ?? []).some((each: Json) => each.type === type && each.status === "True");
}
