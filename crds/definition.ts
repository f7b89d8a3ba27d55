/** Turns a kind and its schemas into a CustomResourceDefinition. */
import type { Kind, Obj } from "../reconcile/kind.ts";
import { type JsonSchema, object, type Schema } from "./schema.ts";

/** A CustomResourceDefinition, as far as ours go. */
export interface Definition {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly scope: "Cluster" | "Namespaced";
    readonly names: {
      readonly plural: string;
      readonly singular: string;
      readonly kind: string;
      readonly listKind: string;
      readonly shortNames: readonly string[];
    };
    readonly versions: readonly [Version];
  };
}

export interface Version {
  readonly name: string;
  readonly served: true;
  readonly storage: true;
  readonly subresources?: { readonly status: Record<string, never> };
  readonly additionalPrinterColumns: readonly Column[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
  readonly schema: { readonly openAPIV3Schema: JsonSchema };
}

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  readonly jsonPath: string;
}

export interface DefinitionOptions {
  /** What `kubectl explain` says of the kind. */
  readonly description: string;
  readonly spec: Schema<object, boolean>;
  readonly status?: Schema<object, boolean>;
  readonly shortNames: readonly string[];
  /** Header → path; the type follows from the schema. */
  readonly columns: Readonly<Record<string, string>>;
  /** Paths that a field selector may name. */
  readonly selectable?: readonly string[];
  /** Rules on the object as a whole. They judge every write, also of metadata: let them look at creation only. */
  readonly whole?: (root: Schema<object>) => Schema<object>;
}

/**
 * The CRD of one kind, in one served and stored version.
 *
 * @throws Error when a column names a path that the schema does not have.
 */
export function define(kind: Kind<Obj>, options: DefinitionOptions): Definition {
  const { description, spec, status, shortNames, columns, selectable, whole = (root) => root } = options;
  const [group = "", version = ""] = kind.apiVersion.split("/");
  const root = whole(object({ spec, ...(status ? { status } : {}) }).doc(description)).json;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${kind.plural}.${group}` },
    spec: {
      group,
      scope: kind.namespaced ? "Namespaced" : "Cluster",
      names: {
        plural: kind.plural,
        singular: kind.plural.slice(0, -1),
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        shortNames,
      },
      versions: [{
        name: version,
        served: true,
        storage: true,
        ...(kind.statusSubresource ? { subresources: { status: {} } } : {}),
        additionalPrinterColumns: Object.entries(columns).map(([name, jsonPath]) => ({
          name,
          type: columnType(root, jsonPath),
          jsonPath,
        })),
        ...(selectable ? { selectableFields: selectable.map((jsonPath) => ({ jsonPath })) } : {}),
        schema: { openAPIV3Schema: root },
      }],
    },
  };
}

function columnType(root: JsonSchema, path: string): Column["type"] {
  if (path === ".metadata.creationTimestamp") return "date";
  const at = path.slice(1).split(".").reduce<JsonSchema | undefined>(
    (schema, field) => schema?.properties?.[field],
    root,
  );
  switch (at?.type) {
    case "string":
    case "integer":
    case "number":
    case "boolean":
      return at.type;
    case "array":
      return "string";
    default:
      throw new Error(`Cannot print column ${path}: the schema has no such field`);
  }
}
