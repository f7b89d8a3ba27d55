/** Requests, looked at from outside. */
import type { Request } from "../../kube/api.ts";
import { type Key, keyOf, type Obj } from "../../reconcile/kind.ts";
import { isQuestion } from "../../reconcile/questions.ts";

export const isWrite = (request: Request): boolean =>
  request.verb !== "get" && request.verb !== "list" && !isQuestion(request);

export function keyIn(request: Request): Key | undefined {
  if ("key" in request) return request.key;
  return "body" in request ? keyOf(request.body as Obj) : undefined;
}

/** `Kind key` of what a request is about. */
export const subjectOf = (request: Request): string => `${request.resource.kind} ${keyIn(request) ?? ""}`;

/** One line for people. */
export function named(request: Request): string {
  const subresource = "subresource" in request && request.subresource ? `/${request.subresource}` : "";
  const content = "body" in request
    ? request.body
    : "steps" in request
    ? request.steps
    : request.verb === "delete"
    ? { uid: request.uid, resourceVersion: request.resourceVersion, grace: request.gracePeriodSeconds }
    : undefined;
  return `${request.verb} ${subjectOf(request)}${subresource}${content ? ` ${JSON.stringify(content)}` : ""}`;
}
