/**
 * The CEL rules that our CustomResourceDefinitions have, each as a function; looked up by the exact text of the rule.
 *
 * A CEL interpreter would be a project of its own. A rule that is not here holds always; a test sees to it that every
 * rule of ours is here.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import { known, type Predicate } from "./known_rules.ts";

/** Whether {@link predicateOf} knows the rule. */
export function isKnown(rule: string): boolean {
  return find(rule) !== undefined;
}

export function predicateOf(rule: string): Predicate {
  return find(rule) ?? (() => true);
}

function find(rule: string): Predicate | undefined {
  return known.get(rule) ?? immutable(rule) ?? setOnce(rule);
}

const IMMUTABLE =
  /^(?:has\(self\.(\w+)\) == has\(oldSelf\.\1\) && \(!has\(self\.\1\) \|\| self\.\1 == oldSelf\.\1\)|self\.(\w+) == oldSelf\.\2)$/;

/** `self.x == oldSelf.x`, and the form for a field that may be absent. */
function immutable(rule: string): Predicate | undefined {
  const match = IMMUTABLE.exec(rule);
  if (!match) return undefined;
  const field = unescaped(match[1] ?? match[2]!);
  return (self, old) => self[field] === old[field];
}

const SET_ONCE =
  /^!has\(oldSelf\.(\w+)\) \|\| oldSelf\.\1 == '' \|\| \(has\(self\.\1\) && self\.\1 == oldSelf\.\1\)$/;

function setOnce(rule: string): Predicate | undefined {
  const match = SET_ONCE.exec(rule);
  if (!match) return undefined;
  const field = unescaped(match[1]!);
  return (self, old) => !old[field] || self[field] === old[field];
}

/** CEL writes a field that is one of its own words as `__word__`. */
function unescaped(field: string): string {
  return /^__(\w+)__$/.exec(field)?.[1] ?? field;
}
