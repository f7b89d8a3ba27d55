/**
 * What is served: the documents that kubectl asks for first.
 *
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
import type { Json } from "../../kube/api.ts";
import type { Served } from "../kinds/served.ts";
import type { ApiServer } from "../server.ts";
import { segments } from "./route.ts";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const READ_WRITE = ["get", "patch", "update"];

/** Verbs and kind of a subresource, where they are not those of the object itself. */
const SUBRESOURCES: Readonly<Record<string, Json>> = {
  binding: { verbs: ["create"], kind: "Binding" },
  eviction: { verbs: ["create"], kind: "Eviction", group: "policy", version: "v1" },
  scale: { verbs: READ_WRITE, kind: "Scale", group: "autoscaling", version: "v1" },
};

/** `undefined` when the path is no discovery document. */
export function discovery(server: ApiServer, pathname: string): Json | undefined {
  const [root, group, version, ...more] = segments(pathname);
  if (more.length > 0) return undefined;
  const kinds = [...server.kinds()];
  if (root === "api" && group === undefined) {
    return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  }
  if (root === "api" && version === undefined) return resources(kinds, group!);
  if (root !== "apis") return undefined;
  const groups = Map.groupBy(kinds.filter((kind) => kind.group !== ""), (kind) => kind.group);
  if (group === undefined) {
    const list = [...groups].map(([name, of]) => groupOf(name, of));
    return { kind: "APIGroupList", apiVersion: "v1", groups: list };
  }
  const of = groups.get(group);
  if (of && version === undefined) return { kind: "APIGroup", apiVersion: "v1", ...groupOf(group, of) };
  return of && resources(kinds, `${group}/${version}`);
}

function groupOf(name: string, kinds: readonly Served[]): Json {
  const versions = [...new Set(kinds.map((kind) => kind.version))]
    .map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resources(kinds: readonly Served[], groupVersion: string): Json | undefined {
  const mine = kinds.filter((kind) => kind.apiVersion === groupVersion);
  if (mine.length === 0) return undefined;
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: mine.flatMap(resourcesOf) };
}

function resourcesOf(
  { plural, singular, kind, namespaced, shortNames, categories, subresources, behaviour }: Served,
): Json[] {
  const parts = [...subresources].map((name) => ({
    name: `${plural}/${name}`,
    singularName: "",
    namespaced,
    ...(SUBRESOURCES[name] ?? { verbs: READ_WRITE, kind }),
  }));
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs: behaviour.answer ? ["create"] : VERBS,
      ...(shortNames.length > 0 ? { shortNames } : {}),
      ...(categories.length > 0 ? { categories } : {}),
    },
    ...parts,
  ];
}
