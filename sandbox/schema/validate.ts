/**
 * Whether a value is what its schema asks for.
 *
 * On an update, values that did not change are not judged again, except the object as a whole ("ratcheting").
 *
 * @see KEP-4008 (CRD validation ratcheting)
 */
import type { Json } from "../../kube/api.ts";
import { equal } from "./equal.ts";
import {
  duplicate,
  invalid,
  type Problem,
  required,
  tooLong,
  tooMany,
  typeName,
  unsupported,
  wrongType,
} from "./problem.ts";
import { childShape, itemShape, type Limits, type Rule, type Shape } from "./shape.ts";

/** All problems: of structure first; only where these block nothing, of the rules. */
export function validate(shape: Shape, value: Json, old?: Json): Problem[] {
  const problems: Problem[] = [];
  checkValue(shape, value, { old, path: "", problems });
  if (problems.some((each) => each.blocking)) {
    const notRun =
      "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
    return [...problems, invalid("<nil>", null, notRun)];
  }
  checkRules(shape, value, { old, path: "", problems });
  return problems;
}

interface Visit {
  readonly old: Json;
  readonly path: string;
  readonly problems: Problem[];
}

function checkValue(shape: Shape, value: Json, { old, path, problems }: Visit): void {
  if (shape.type === "any" && !shape.fields && !shape.items) return;
  if (old !== undefined && path !== "" && equal(value, old)) return;
  if (!hasType(shape, value)) {
    problems.push(
      wrongType(path, value, `${path} in body must be of type ${shape.type}: "${typeName(value)}"`),
    );
    return;
  }
  if (value === null) return;
  if (shape.limits) checkLimits(shape.limits, value, { old, path, problems });
  for (const [key, deeper] of children(shape, value, { old, path, problems })) {
    checkValue(key, deeper.value, deeper);
  }
  if (typeof value !== "object" || Array.isArray(value)) {
    if (Array.isArray(value) && (shape.keys || shape.set)) checkUnique(shape, value, { old, path, problems });
    return;
  }
  for (const name of shape.required) if (value[name] === undefined) problems.push(required(join(path, name)));
}

function checkRules(shape: Shape, value: Json, visit: Visit): void {
  const { old, path, problems } = visit;
  if (typeof value !== "object" && shape.rules.length === 0) return;
  if (value === null || old !== undefined && path !== "" && equal(value, old)) return;
  for (const rule of shape.rules) if (!isKept(rule, value, old)) problems.push(broken(rule, value, path));
  for (const [below, deeper] of children(shape, value, visit)) checkRules(below, deeper.value, deeper);
}

function isKept(rule: Rule, value: Json, old: Json): boolean {
  if (rule.transition && old === undefined && !rule.optional) return true;
  return rule.holds(value, old);
}

function broken(rule: Rule, value: Json, path: string): Problem {
  const at = rule.fieldPath ? `${path}${rule.fieldPath}` : path === "" ? "<nil>" : path;
  return invalid(at, typeof value === "object" ? typeName(value) : value, rule.message);
}

type Child = readonly [Shape, Visit & { readonly value: Json }];

function* children(shape: Shape, value: Json, { old, path, problems }: Visit): Generator<Child> {
  if (Array.isArray(value)) {
    const items = itemShape(shape);
    for (const [i, item] of value.entries()) {
      const before = shape.keys && Array.isArray(old)
        ? old.find((each) => shape.keys!.every((key) => equal(each[key], item[key])))
        : undefined;
      yield [items, { value: item, old: before, path: `${path}[${i}]`, problems }];
    }
  } else if (typeof value === "object" && value !== null) {
    for (const key in value) {
      const below = childShape(shape, key);
      if (below === undefined || value[key] === undefined || path === "" && key === "metadata") continue;
      yield [below, { value: value[key], old: old?.[key], path: join(path, key), problems }];
    }
  }
}

function hasType(shape: Shape, value: Json): boolean {
  if (value === null) return shape.nullable;
  const type = typeName(value);
  return shape.type === "any" || type === shape.type || shape.type === "number" && type === "integer";
}

function checkLimits(limits: Limits, value: Json, { path, problems }: Visit): void {
  const say = (detail: string) => problems.push(invalid(path, value, `${path} in body ${detail}`));
  if (limits.enum && !limits.enum.some((each) => equal(each, value))) {
    problems.push(unsupported(path, value, limits.enum));
  }
  if (typeof value === "string") {
    if (limits.maxLength !== undefined && characters(value) > limits.maxLength) {
      problems.push(tooLong(path, limits.maxLength));
    }
    if (limits.minLength !== undefined && characters(value) < limits.minLength) {
      say(`should be at least ${limits.minLength} chars long`);
    }
    if (limits.pattern && !limits.pattern.regexp.test(value)) say(`should match '${limits.pattern.text}'`);
  } else if (typeof value === "number" || typeof value === "bigint") {
    if (limits.minimum !== undefined && value < limits.minimum) {
      say(`should be greater than or equal to ${limits.minimum}`);
    }
    if (limits.maximum !== undefined && value > limits.maximum) {
      say(`should be less than or equal to ${limits.maximum}`);
    }
  } else if (Array.isArray(value)) {
    if (limits.maxItems !== undefined && value.length > limits.maxItems) {
      problems.push(tooMany(path, { count: value.length, most: limits.maxItems }));
    }
    if (limits.minItems !== undefined && value.length < limits.minItems) {
      say(`should have at least ${limits.minItems} items`);
    }
  }
}

function checkUnique(shape: Shape, value: readonly Json[], { path, problems }: Visit): void {
  const seen = new Set<string>();
  for (const [i, item] of value.entries()) {
    const id = shape.keys ? Object.fromEntries(shape.keys.map((key) => [key, item?.[key]])) : item;
    const text = JSON.stringify(id);
    if (seen.has(text)) problems.push(duplicate(`${path}[${i}]`, id));
    seen.add(text);
  }
}

function characters(text: string): number {
  return [...text].length;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
