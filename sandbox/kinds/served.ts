/** What the server knows of a kind that it serves. */
import type { Json, Subresource } from "../../kube/api.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Subject } from "../refusal.ts";
import type { Problem } from "../schema/problem.ts";
import { compile } from "../schema/compile.ts";
import type { Shape } from "../schema/shape.ts";
import { withMeta } from "./object_meta.ts";

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

export interface Served extends Resource, Subject {
  readonly version: string;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Defined by a CustomResourceDefinition. */
  readonly custom: boolean;
  readonly shape: Shape;
  /** OpenAPI v3, for `kubectl explain`. */
  readonly schema: Json;
  readonly subresources: ReadonlySet<Subresource>;
  readonly columns: readonly Column[];
  /** Paths beside name and namespace that field selectors may use, without a leading dot. */
  readonly selectable: readonly string[];
  /** What is there even when nobody gave it: `{ spec: {}, status: {} }`. */
  readonly always: Json;
  /** What a new object starts from: whoever creates it owns what differs from this. */
  readonly empty: Json;
  /** A new object may come with a status. */
  readonly createsStatus: boolean;
  /** PUT needs no resourceVersion. */
  readonly unconditional: boolean;
  /** PUT of an absent object creates it. */
  readonly createsOnUpdate: boolean;
  /** `metadata.generation` counts changes of `spec`, of everything but metadata, or is absent. */
  readonly generation: "spec" | "content" | "none";
  readonly behaviour: Behaviour;
}

/** All objects of a kind. */
export type Stored = (kind: Pick<Served, "group" | "plural">) => readonly Json[];

/** In what a kind differs from the others; everything optional. */
export interface Behaviour {
  /** Defaults that a schema cannot express. */
  readonly onDecode?: (object: Json) => Json;
  /** Completes a new object, after those who write it have been noted as owners. */
  readonly onCreate?: (object: Json) => Json;
  /** Takes back what an update of the main resource may not change. */
  readonly onUpdate?: (next: Json, old: Json) => Json;
  /** The same on `/status`; by default everything but `status` is taken back. */
  readonly onStatus?: (next: Json, old: Json) => Json;
  /** Metadata that `/status` does not take. */
  readonly notInStatus?: readonly string[];
  /** What is wrong beyond the schema. */
  readonly problems?: (next: Json, old: Json | undefined) => Problem[];
  /** Seconds between the delete and the end; only of kinds that are deleted gracefully. */
  readonly grace?: (object: Json, wanted: number | undefined) => number;
  /** What deleting it changes at once, beside the deletionTimestamp. */
  readonly onDelete?: (object: Json) => Json;
  /** Beside finalizers, what keeps a deleted object. */
  readonly isHeld?: (object: Json) => boolean;
  /** It is kept nowhere: whoever creates one is given its status. */
  readonly answer?: (spec: Json, stored: Stored) => Json;
  /** A delete is answered by the object instead of a Status. */
  readonly returnsDeleted?: boolean;
}

/** A row of the table of built-in kinds: what is left out is empty, or follows from the rest. */
export interface Row {
  readonly kind: string;
  readonly plural: string;
  readonly namespaced?: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** OpenAPI v3 of everything but metadata; unknown fields are kept. */
  readonly properties?: Json;
  readonly subresources?: readonly Subresource[];
  readonly columns?: readonly Column[];
  readonly selectable?: readonly string[];
  readonly always?: Json;
  readonly empty?: Json;
  readonly createsStatus?: boolean;
  readonly unconditional?: boolean;
  readonly createsOnUpdate?: boolean;
  readonly generation?: "spec";
  readonly behaviour?: Behaviour;
}

export function builtIn(apiVersion: string, row: Row): Served {
  const [group, version] = groupVersion(apiVersion);
  const schema = withMeta({ type: "object", properties: row.properties ?? {} }, { open: true });
  return {
    apiVersion,
    group,
    version,
    kind: row.kind,
    plural: row.plural,
    namespaced: row.namespaced ?? false,
    singular: row.kind.toLowerCase(),
    listKind: `${row.kind}List`,
    shortNames: row.shortNames ?? [],
    categories: row.categories ?? [],
    custom: false,
    shape: compile(schema),
    schema,
    subresources: new Set(row.subresources ?? []),
    columns: row.columns ?? [],
    selectable: row.selectable ?? [],
    always: row.always ?? {},
    empty: row.empty ?? row.always ?? {},
    createsStatus: row.createsStatus ?? false,
    unconditional: row.unconditional ?? true,
    createsOnUpdate: row.createsOnUpdate ?? false,
    generation: row.generation ?? "none",
    behaviour: row.behaviour ?? {},
  };
}

/** `["apps", "v1"]` of `apps/v1`, `["", "v1"]` of `v1`. */
export function groupVersion(apiVersion: string): [group: string, version: string] {
  const at = apiVersion.indexOf("/");
  return at < 0 ? ["", apiVersion] : [apiVersion.slice(0, at), apiVersion.slice(at + 1)];
}
