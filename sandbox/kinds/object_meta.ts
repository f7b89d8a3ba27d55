/** The schema of `metadata`, the same for every kind. */
import type { Json } from "../../kube/api.ts";

const text = { type: "string" };
const texts = { type: "object", additionalProperties: text };

const OBJECT_META: Json = {
  type: "object",
  "x-typed": true,
  description: "Standard object's metadata.",
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: { type: "integer" },
    creationTimestamp: { ...text, nullable: true },
    deletionTimestamp: { ...text, nullable: true },
    deletionGracePeriodSeconds: { type: "integer" },
    labels: texts,
    annotations: texts,
    finalizers: { type: "array", items: text, "x-kubernetes-list-type": "set" },
    ownerReferences: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["uid"],
      items: {
        type: "object",
        "x-kubernetes-map-type": "atomic",
        properties: {
          apiVersion: text,
          kind: text,
          name: text,
          uid: text,
          controller: { type: "boolean" },
          blockOwnerDeletion: { type: "boolean" },
        },
      },
    },
    managedFields: { type: "array", items: { "x-kubernetes-preserve-unknown-fields": true } },
  },
};

/**
 * A schema of a whole object.
 *
 * @param options.open keeps unknown fields below those that the schema names: our schemas of built-in kinds are not complete.
 */
export function withMeta(schema: Json, { open }: { open: boolean }): Json {
  const properties = open
    ? Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, opened(field)]))
    : schema.properties;
  return {
    ...schema,
    ...(open ? { "x-typed": true } : {}),
    properties: { apiVersion: text, kind: text, metadata: OBJECT_META, ...properties },
  };
}

function opened(schema: Json): Json {
  if (schema.type === "array") return { ...schema, items: opened(schema.items ?? {}) };
  if (schema.type !== "object" && schema.type !== undefined) return schema;
  if (schema.additionalProperties) return schema;
  const entries = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, opened(field)]);
  return {
    ...schema,
    ...(entries.length > 0 ? { properties: Object.fromEntries(entries) } : {}),
    "x-kubernetes-preserve-unknown-fields": true,
  };
}
