/**
 * Manifests as Kube-OVN's documentation describes them: each is accepted as it is written, and answered.
 *
 * `tests/manifests/kube_ovn` has them, written anew from the documented fields.
 */
import { assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { definitions, kinds } from "../../crds/mod.ts";
import { publishedBy } from "../../crds/published.ts";
import type { Json } from "../../kube/api.ts";
import { type Key, keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import { foreignDefinitions } from "../../sandbox/foreign.ts";
import { readManifests } from "../../cli/manifests.ts";
import type { Cluster } from "./cluster.ts";
import { GatewayLab } from "./gateways.ts";
import { answers } from "./kube_ovn_answers.ts";

const FOLDER = new URL("../manifests/kube_ovn/", import.meta.url);

for (const { name: file } of [...Deno.readDirSync(FOLDER)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  Deno.test(`Kube-OVN's manifests: ${file.replace(".yaml", "").replaceAll("_", " ")} are accepted and answered`, async () => {
    const lab = new GatewayLab({ served: foreignDefinitions }).settle();
    const manifests = await readManifests(new URL(file, FOLDER));
    for (const manifest of manifests) {
      lab.do({ verb: "create", resource: resourceOf(manifest), body: placed(manifest), manager: "user" });
    }
    lab.settle();
    const asking = [...lab.list(Pod), ...manifests.filter((m) => m.apiVersion === "kubeovn.io/v1")];
    const told = asking.map((object) => `${object.kind} ${named(object)}: ${answerTo(lab, object)}`);
    assertEquals(told.sort(), answers[file]);
    lab.atRest();
  });
}

/** What a user sees: a pod's addresses, what an object says of itself. */
function answerTo(lab: Cluster, { apiVersion, kind, metadata }: Obj): string {
  const object: Json = lab.get(kindOf(apiVersion, kind), keyOf({ metadata }));
  if (kind === "Pod") return publishedBy(object).map(({ address }) => address).join(",") || "nothing";
  const { conditions = [], ready } = object.status ?? {};
  const verdict = conditions.find(({ type }: Json) => type === "Ready");
  return verdict ? `${verdict.status} ${verdict.reason}` : ready === undefined ? "-" : `ready=${ready}`;
}

/** Pods of a Deployment have a name that nobody chose. */
function named(object: Obj): string {
  const isGenerated = object.metadata.ownerReferences?.some(({ kind }) => kind === "ReplicaSet");
  return isGenerated ? `${keyOf(object).split("-").slice(0, -2).join("-")}-…` : keyOf(object);
}

const kindOf = (apiVersion: string, name: string): Kind =>
  (kinds as readonly Kind[]).find((each) => each.kind === name && each.apiVersion === apiVersion) ??
    resourceOf({ apiVersion, kind: name }) as Kind;

function resourceOf({ apiVersion, kind }: Json) {
  const definition = definitions.find(({ spec }) => spec.names.kind === kind);
  const plural = definition?.spec.names.plural ?? BUILT_IN.get(kind) ?? `${kind.toLowerCase()}s`;
  return { apiVersion, kind, plural, namespaced: !CLUSTER_WIDE.has(kind) && !definition };
}

const BUILT_IN: ReadonlyMap<string, Key> = new Map([
  ["NetworkAttachmentDefinition", "network-attachment-definitions"],
]);
const CLUSTER_WIDE: ReadonlySet<string> = new Set(["Namespace"]);

function placed(manifest: Json): Json {
  const { namespaced } = resourceOf(manifest);
  if (!namespaced || manifest.metadata.namespace) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, namespace: "default" } };
}
