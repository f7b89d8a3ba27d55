/** What the admission policies repeat of the program, since expressions cannot import it. */
import { assertEquals } from "@std/assert";
import { parseAllDocuments } from "yaml";
import { namespaceOutputs, nodeOutputs, podInputs, podOutputs } from "../../crds/annotations.ts";
import { FINALIZER, OLD_FINALIZER } from "../../crds/labels.ts";
import { definitions } from "../../crds/mod.ts";
import type { Json } from "../../kube/api.ts";

/** What Kube-OVN's other programs keep. */
const THEIRS = ["vlans"];

function policy(file: string): Json {
  const url = new URL(`../../deploy/components/admission/${file}.yaml`, import.meta.url);
  return parseAllDocuments(Deno.readTextFileSync(url))[0]!.toJS().spec;
}

const variable = (file: string, name: string): string =>
  policy(file).variables.find((each: Json) => each.name === name).expression;

/** The words of the first `(a|b|c)`. */
const words = (expression: string): Set<string> =>
  new Set(/\((\w+(?:\|\w+)+)\)/.exec(expression)![1]!.split("|"));

Deno.test("policies: the annotations of a pod's network are those that the program knows", () => {
  const all = new Set<string>([...podInputs, ...podOutputs]);
  assertEquals(words(variable("pod_network", "network")), all);
  assertEquals(words(policy("bindings").validations[0].expression), all);
  assertEquals(words(variable("pod_annotation_sizes", "long")), new Set(podInputs));
  assertEquals(
    words(variable("operator", "own")),
    new Set([...podOutputs, ...namespaceOutputs, ...nodeOutputs]),
  );
});

const installed = definitions.filter(({ spec }) => spec.group === "kubeovn.io").map(({ spec }) =>
  spec.names.plural
);

Deno.test("policies: status is guarded of every kind that we answer for", () => {
  const ours = installed.filter((plural) => !THEIRS.includes(plural));
  const [rule] = policy("status_and_finalizers").matchConstraints.resourceRules;
  assertEquals(new Set(rule.resources), new Set(ours.flatMap((plural) => [plural, `${plural}/status`])));
});

Deno.test("policies: no definition that we install is deleted by accident, whoever keeps its objects", () => {
  const { expression } = policy("definitions").matchConditions.find((each: Json) => each.name === "ours");
  assertEquals(new Set(expression.match(/'[a-z-]+'/g)), new Set(installed.map((plural) => `'${plural}'`)));
});

Deno.test("policies: the finalizers are ours", () => {
  const quoted = variable("status_and_finalizers", "dropped").match(/'[^']+'/g);
  assertEquals(quoted, [FINALIZER, OLD_FINALIZER].map((finalizer) => `'${finalizer}'`));
});
