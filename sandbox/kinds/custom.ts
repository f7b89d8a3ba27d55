/** From a CustomResourceDefinition to the kind that it defines. */
import type { Json, Subresource } from "../../kube/api.ts";
import { compile } from "../schema/compile.ts";
import { withMeta } from "./object_meta.ts";
import type { Served } from "./served.ts";

/** By `spec`: servers that share the definition, and versions of it that differ elsewhere, compile it once. */
const compiled = new WeakMap<object, Served>();

/** The kind, in its storage version. */
export function customKind(definition: Json): Served {
  const known = compiled.get(definition.spec);
  if (known) return known;
  const served = read(definition.spec);
  compiled.set(definition.spec, served);
  return served;
}

function read({ group, scope, names, versions }: Json): Served {
  const version = versions.find((each: Json) => each.storage) ?? versions[0];
  const schema = withMeta(version.schema?.openAPIV3Schema ?? {}, { open: false });
  const subresources: Subresource[] = version.subresources?.status ? ["status"] : [];
  return {
    apiVersion: `${group}/${version.name}`,
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    namespaced: scope === "Namespaced",
    singular: names.singular ?? names.kind.toLowerCase(),
    listKind: names.listKind ?? `${names.kind}List`,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    custom: true,
    shape: compile(schema),
    schema,
    subresources: new Set(subresources),
    columns: version.additionalPrinterColumns ??
      [{ name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }],
    selectable: (version.selectableFields ?? []).map(({ jsonPath }: Json) => jsonPath.replace(/^\./, "")),
    always: {},
    empty: {},
    createsStatus: false,
    unconditional: false,
    createsOnUpdate: false,
    generation: "content",
    behaviour: subresources.length > 0
      ? { onCreate: ({ status: _, ...rest }) => rest, onUpdate: keepStatus, onStatus: onlyStatus }
      : {},
  };
}

function keepStatus({ status: _, ...next }: Json, old: Json): Json {
  return old.status === undefined ? next : { ...next, status: old.status };
}

function onlyStatus(next: Json, { status: _, ...old }: Json): Json {
  const { resourceVersion } = next.metadata;
  const metadata = { ...old.metadata, resourceVersion };
  return next.status === undefined ? { ...old, metadata } : { ...old, metadata, status: next.status };
}
