/** What the query of a URL says. */
import type { Delete, Json } from "../../kube/api.ts";
import type { ResourcePath } from "./route.ts";

export interface Scope {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Which objects a list or watch is about. */
export function selection({ namespace, name }: ResourcePath, query: URLSearchParams): Scope {
  const labelSelector = query.get("labelSelector") ?? "";
  const fields = [query.get("fieldSelector") ?? "", name === undefined ? "" : `metadata.name=${name}`];
  const fieldSelector = fields.filter((each) => each !== "").join(",");
  return {
    ...(namespace ? { namespace } : {}),
    ...(labelSelector ? { labelSelector } : {}),
    ...(fieldSelector ? { fieldSelector } : {}),
  };
}

/** How much of a list, and as of when. */
export function paging(query: URLSearchParams) {
  const limit = Number(query.get("limit") ?? 0);
  const token = query.get("continue");
  const resourceVersion = query.get("resourceVersion");
  const match = query.get("resourceVersionMatch");
  return {
    ...(limit > 0 ? { limit } : {}),
    ...(token ? { continue: token } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
    ...(match === "Exact" ? { resourceVersionMatch: "Exact" as const } : {}),
  };
}

type DeleteOptions = Pick<Delete, "uid" | "resourceVersion" | "gracePeriodSeconds" | "propagationPolicy">;

/** From the body or, as curl users like it, from the query. */
export function deletion(body: Json, query: URLSearchParams): DeleteOptions {
  const { preconditions = {}, ...options } = body ?? {};
  const seconds = query.get("gracePeriodSeconds") ?? options.gracePeriodSeconds;
  const policy = query.get("propagationPolicy") ?? options.propagationPolicy;
  return {
    ...(preconditions.uid === undefined ? {} : { uid: preconditions.uid }),
    ...(preconditions.resourceVersion === undefined
      ? {}
      : { resourceVersion: preconditions.resourceVersion }),
    ...(seconds === undefined || seconds === null ? {} : { gracePeriodSeconds: Number(seconds) }),
    ...(policy ? { propagationPolicy: policy } : {}),
  };
}
