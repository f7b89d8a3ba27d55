/** Makes what two servers say comparable: what each of them is free to choose is replaced by when it was first seen. */
import type { Answer, Json } from "../../kube/api.ts";
import type { Obj } from "../../kube/resource.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** The parts of an answer that both servers must agree on. Messages are prose and may differ. */
export interface Comparable {
  readonly outcome: string;
  readonly status: number;
  readonly reason: string;
  readonly object?: Json;
  readonly items?: Json;
}

/** Of one server and one history: numbers uids and resource versions in the order in which they come along. */
export class Normaliser {
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();

  answer({ outcome, status, reason, object, items }: Answer): Comparable {
    return {
      outcome,
      status,
      reason,
      ...(object ? { object: this.object(object) } : {}),
      ...(items ? { items: items.toSorted(byName).map((item) => this.object(item)) } : {}),
    };
  }

  object(object: Obj): Json {
    const plain = timeless(object);
    const { uid, resourceVersion, managedFields, finalizers } = plain.metadata;
    // The real server keeps those of a Namespace that it deletes with a policy in a map, and so in random order.
    const shuffled = finalizers && plain.status?.phase === "Terminating";
    return {
      ...plain,
      metadata: {
        ...plain.metadata,
        uid: number(this.#uids, uid, "uid"),
        resourceVersion: number(this.#versions, resourceVersion, "version"),
        ...(shuffled ? { finalizers: finalizers.toSorted() } : {}),
        ...(managedFields ? { managedFields: managedFields.toSorted(byManager) } : {}),
      },
    };
  }
}

function number(seen: Map<string, string>, value: string, what: string): string {
  const known = seen.get(value);
  if (known) return known;
  const name = `${what} ${seen.size + 1}`;
  seen.set(value, name);
  return name;
}

function timeless(value: Json): Json {
  if (typeof value === "string") return TIME.test(value) ? "a time" : value;
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, timeless(inner)]));
}

function byName(a: Obj, b: Obj): number {
  return compare(`${a.metadata.namespace}/${a.metadata.name}`, `${b.metadata.namespace}/${b.metadata.name}`);
}

/** The server orders them by time too, of which a second is the smallest unit. */
function byManager(a: Json, b: Json): number {
  const text = ({ manager, operation, subresource, apiVersion }: Json) =>
    `${operation} ${manager} ${subresource} ${apiVersion}`;
  return compare(text(a), text(b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
