/**
 * The life of CustomResourceDefinitions: established at once; `environment/definitions.ts` ends them when their objects are gone.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#finalizers
 */
import type { Json } from "../kube/api.ts";
import type { Served } from "./kinds/served.ts";
import { customKind } from "./kinds/custom.ts";
import type { Commit } from "./log.ts";
import type { Store } from "./store.ts";

/** Holds a definition until its objects are gone. */
export const FINALIZER = "customresourcecleanup.apiextensions.k8s.io";
const DEFINITIONS = { group: "apiextensions.k8s.io", plural: "customresourcedefinitions" };

/** What definitions act on. */
interface Serving {
  readonly store: Store;
  serve(definition: Json): void;
  unserve(definition: Json): void;
}

/** Serves what was defined, and stops when the definition is gone. */
export function follow(server: Serving, { type, kind, key, object, managers }: Commit): void {
  if (kind.plural !== DEFINITIONS.plural || kind.group !== DEFINITIONS.group) return;
  if (type === "DELETED") return server.unserve(object);
  server.serve(object);
  if (type !== "ADDED" || object.metadata.finalizers?.includes(FINALIZER)) return;
  server.store.put(kind, key, { object: established(object, server.store.environment.now()), managers });
}

/** Puts a definition there that is to be established from the start. */
export function define(store: Store, kind: Served, body: Json): void {
  const { now, uid } = store.environment;
  const metadata = { ...body.metadata, uid: uid(), creationTimestamp: now(), generation: 1 };
  store.put(kind, metadata.name, { object: established({ ...body, metadata }, now()), managers: [] });
}

/** Whether the definition of a kind is terminating: nothing new is created any more. */
export function ending(store: Store, { group, plural }: Served): boolean {
  const definition = store.collection(DEFINITIONS).entries.get(`${plural}.${group}`);
  return definition?.object.metadata.deletionTimestamp !== undefined;
}

function established(definition: Json, now: string): Json {
  const { metadata, spec } = definition;
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: "True",
    lastTransitionTime: now,
    reason,
    message,
  });
  return {
    ...definition,
    metadata: { ...metadata, finalizers: [...metadata.finalizers ?? [], FINALIZER] },
    status: {
      conditions: [
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
      ],
      acceptedNames: spec.names,
      storedVersions: [customKind(definition).version],
    },
  };
}
