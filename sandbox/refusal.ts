/** The ways in which a request is refused, with the API server's own words. */
import type { Json } from "../kube/api.ts";
import type { Problem } from "./schema/problem.ts";

/** Thrown inside the server, and turned into a `Status` at its edge. Not an `Error`: stacks are dear, and nothing went wrong. */
export class Refusal {
  constructor(
    readonly code: number,
    readonly reason: string,
    readonly message: string,
    readonly details?: Json,
  ) {}

  /** The body of the answer. */
  status(): Json {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      reason: this.reason,
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }
}

/** What a refusal is about: a resource, such as `subnets.kubeovn.io`, and mostly one object of it. */
export interface Subject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

function qualified({ group, plural }: Subject): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** `details` name the resource where an object is meant, by its plural in the field `kind`. */
function details(subject: Subject, name: string): Json {
  return { name, ...(subject.group ? { group: subject.group } : {}), kind: subject.plural };
}

export function notFound(subject: Subject, name: string): Refusal {
  return new Refusal(404, "NotFound", `${qualified(subject)} "${name}" not found`, details(subject, name));
}

/** The path leads nowhere: no such kind is served. */
export function noSuchResource(): Refusal {
  return new Refusal(404, "NotFound", "the server could not find the requested resource", {});
}

export function alreadyExists(subject: Subject, name: string, isGoing: boolean): Refusal {
  const message = `${qualified(subject)} "${name}" already exists`;
  return new Refusal(
    409,
    "AlreadyExists",
    isGoing ? `object is being deleted: ${message}` : message,
    details(subject, name),
  );
}

export function conflict(subject: Subject, name: string, why: string): Refusal {
  return new Refusal(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(subject)} "${name}": ${why}`,
    details(subject, name),
  );
}

export const MODIFIED =
  "the object has been modified; please apply your changes to the latest version and try again";

export function invalidObject(subject: Subject, name: string, problems: readonly Problem[]): Refusal {
  const lines = problems.map(({ field, message }) => `${field}: ${message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  return new Refusal(422, "Invalid", `${kindOf(subject)} "${name}" is invalid: ${text}`, {
    name,
    ...(subject.group ? { group: subject.group } : {}),
    kind: subject.kind,
    causes: problems.map(({ field, reason, message }) => ({ reason, message, field })),
  });
}

function kindOf({ group, kind }: Subject): string {
  return group === "" ? kind : `${kind}.${group}`;
}

export function forbidden(
  subject: Subject,
  name: string,
  { why, causes }: { why: string; causes?: Json },
): Refusal {
  return new Refusal(403, "Forbidden", `${qualified(subject)} "${name}" is forbidden: ${why}`, {
    ...details(subject, name),
    ...(causes ? { causes } : {}),
  });
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, "BadRequest", message);
}

export function methodNotAllowed(subject: Subject, message?: string): Refusal {
  return new Refusal(
    405,
    "MethodNotAllowed",
    message ?? "the server does not allow this method on the requested resource",
    { ...(subject.group ? { group: subject.group } : {}), kind: subject.plural },
  );
}

export function expired(message: string): Refusal {
  return new Refusal(410, "Expired", message);
}
