/** An announcement as the Event object that `kubectl describe` shows. */
import { createHash } from "node:crypto";
import type { Json } from "../kube/api.ts";
import type { Resource } from "../kube/resource.ts";
import type { Announcement } from "../reconcile/announce.ts";

export const EVENTS: Resource = { apiVersion: "v1", kind: "Event", plural: "events", namespaced: true };

export interface Reporter {
  /** Of the component: `cadastre`. */
  readonly name: string;
  /** Of the process. */
  readonly instance: string;
  /** ISO time, now. */
  readonly at: string;
}

/** Kubernetes' limit for the message of an Event. */
const LONGEST_MESSAGE = 1024;
/** Names of objects may have 253 characters; these are left for the hash. */
const LONGEST_PREFIX = 236;

/**
 * The same announcement gives the same name, so that saying it again counts the Event up.
 *
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/}
 */
export function eventOf(announcement: Announcement, { name: component, instance, at }: Reporter): Json {
  const { kind, object, type, reason, message } = announcement;
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: EVENTS.apiVersion,
    kind: EVENTS.kind,
    metadata: {
      name: `${name.slice(0, LONGEST_PREFIX)}.${digest(`${kind.kind} ${uid} ${type} ${reason} ${message}`)}`,
      // Events about what has no namespace live in this one.
      namespace: namespace ?? "default",
    },
    involvedObject: {
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      name,
      ...(namespace ? { namespace } : {}),
      uid,
      resourceVersion,
    },
    type,
    reason,
    message: message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 1)}…` : message,
    source: { component },
    reportingComponent: component,
    reportingInstance: instance,
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
