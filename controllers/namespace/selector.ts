/** Label selectors as users write them: any operator is stored, so reading one is total. */
import type { LabelSelector } from "../../crds/selector.ts";
import type { Problem } from "../../ipam/problem.ts";
import { quote } from "../../ipam/quote.ts";

type Requirement = NonNullable<LabelSelector["matchExpressions"]>[number];
type Labels = ReadonlyMap<string, string>;

const operators = new Map<string, (labels: Labels, key: string, values: readonly string[]) => boolean>([
  ["In", (labels, key, values) => labels.has(key) && values.includes(labels.get(key)!)],
  ["NotIn", (labels, key, values) => !labels.has(key) || !values.includes(labels.get(key)!)],
  ["Exists", (labels, key) => labels.has(key)],
  ["DoesNotExist", (labels, key) => !labels.has(key)],
]);

/** Whether an object with these labels is meant. A selector that has a problem means nothing. */
export function selects(selector: LabelSelector, labels: Readonly<Record<string, string>> = {}): boolean {
  if (selectorProblem(selector)) return false;
  const all = new Map(Object.entries(labels));
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => all.get(key) === value) &&
    (selector.matchExpressions ?? []).every((r) => operators.get(r.operator!)!(all, r.key!, r.values ?? []));
}

/** The first requirement that cannot be understood; `field` is relative to the selector. */
export function selectorProblem(selector: LabelSelector): Problem | undefined {
  for (const [i, requirement] of (selector.matchExpressions ?? []).entries()) {
    const message = wrong(requirement);
    if (message) {
      const remedy = `write key, operator (${
        [...operators.keys()].join(", ")
      }) and, for In and NotIn, values`;
      return { field: `matchExpressions[${i}]`, message, remedy };
    }
  }
}

function wrong({ key, operator, values }: Requirement): string | undefined {
  if (!key) return "key is missing";
  if (!operator || !operators.has(operator)) return `${quote(operator ?? "")} is not an operator`;
  const lists = operator === "In" || operator === "NotIn";
  if (lists && !values?.length) return `${operator} without values`;
  return !lists && values?.length ? `${operator} takes no values` : undefined;
}
