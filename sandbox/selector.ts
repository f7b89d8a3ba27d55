/**
 * Label and field selectors.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
import type { Json } from "../kube/api.ts";
import { badRequest } from "./refusal.ts";
import type { Served } from "./kinds/served.ts";

export type Matcher = (object: Json) => boolean;

interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** @throws Refusal when a selector cannot be read, or names a field that cannot be selected by. */
export function matcher(
  kind: Served,
  { namespace, labelSelector, fieldSelector }: Selection,
): Matcher | undefined {
  const all: Matcher[] = [];
  if (namespace) all.push((object) => object.metadata.namespace === namespace);
  if (labelSelector) all.push(labelMatcher(labelSelector));
  if (fieldSelector) all.push(fieldMatcher(kind, fieldSelector));
  if (all.length < 2) return all[0];
  return (object) => all.every((matches) => matches(object));
}

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

export function labelMatcher(selector: string): Matcher {
  const requirements = clauses(selector).map(requirement);
  return ({ metadata: { labels = {} } }) => requirements.every((isMet) => isMet(labels));
}

const SET = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const COMPARISON = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/;
const EXISTENCE = /^(!?)\s*([^\s=!<>(),]+)$/;

function requirement(clause: string): Requirement {
  let match = SET.exec(clause);
  if (match) {
    const [, key = "", operator, list = ""] = match;
    const values = new Set(list.split(",").map((value) => value.trim()));
    return operator === "in"
      ? (labels) => Object.hasOwn(labels, key) && values.has(labels[key]!)
      : (labels) => !Object.hasOwn(labels, key) || !values.has(labels[key]!);
  }
  match = COMPARISON.exec(clause);
  if (match) {
    const [, key = "", operator, value] = match;
    return operator === "!="
      ? (labels) => !Object.hasOwn(labels, key) || labels[key] !== value
      : (labels) => Object.hasOwn(labels, key) && labels[key] === value;
  }
  match = EXISTENCE.exec(clause);
  if (!match) throw badRequest(`unable to parse requirement: ${clause}`);
  const [, not, key = ""] = match;
  return (labels) => Object.hasOwn(labels, key) !== (not === "!");
}

/** Splits at commas that are not inside parentheses. */
function clauses(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).map((clause) => clause.trim()).filter((clause) => clause !== "");
}

function fieldMatcher(kind: Served, selector: string): Matcher {
  const all = selector.split(",").filter((clause) => clause !== "").map((clause) => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(clause);
    if (!match) throw badRequest(`invalid field selector: "${clause}"; can't understand "${clause}"`);
    const [, path = "", operator, value = ""] = match;
    const read = fieldReader(kind, path);
    return (object: Json) => (read(object) === value) === (operator !== "!=");
  });
  return (object) => all.every((matches) => matches(object));
}

function fieldReader(kind: Served, path: string): (object: Json) => string {
  const isKnown = path === "metadata.name" || path === "metadata.namespace" && kind.namespaced ||
    kind.selectable.includes(path);
  if (!isKnown) {
    throw badRequest(
      kind.custom
        ? `field label not supported: ${path}`
        : `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  const steps = path.split(".");
  return (object) => String(steps.reduce((value, step) => value?.[step], object) ?? "");
}
