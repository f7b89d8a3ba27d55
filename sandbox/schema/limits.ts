/** Lengths, bounds, patterns and closed lists of values. */
import type { Json } from "../../kube/api.ts";
import { equal } from "./equal.ts";
import { invalid, type Problem, tooLong, tooMany, unsupported } from "./problem.ts";
import type { Limits } from "./shape.ts";

/** @param field the path of the value, asked for only when something is wrong. */
export function limitProblems(limits: Limits, value: Json, field: () => string): readonly Problem[] {
  if (typeof value === "string") return isWithin(limits, value) ? NONE : textProblems(limits, value, field());
  return otherProblems(limits, value, field);
}

const NONE: readonly Problem[] = [];

function isWithin(
  { enum: values, minLength = 0, maxLength = Infinity, pattern }: Limits,
  value: string,
): boolean {
  return value.length <= maxLength && value.length >= 2 * minLength && (!values || values.includes(value)) &&
    (!pattern || pattern.regexp.test(value));
}

function textProblems(limits: Limits, value: string, path: string): Problem[] {
  const { enum: values, minLength = 0, maxLength = Infinity, pattern } = limits;
  const length = [...value].length;
  return [
    ...(values && !values.includes(value) ? [unsupported(path, value, values)] : []),
    ...(length > maxLength ? [tooLong(path, maxLength)] : []),
    ...(length < minLength ? [wrong(path, value, `should be at least ${minLength} chars long`)] : []),
    ...(pattern && !pattern.regexp.test(value) ? [wrong(path, value, `should match '${pattern.text}'`)] : []),
  ];
}

function otherProblems(limits: Limits, value: Json, field: () => string): Problem[] {
  const { enum: values, minimum = -Infinity, maximum = Infinity, minItems = 0, maxItems = Infinity } = limits;
  const problems: Problem[] = [];
  if (values && !values.some((each) => equal(each, value))) {
    problems.push(unsupported(field(), value, values));
  }
  if (typeof value === "number" || typeof value === "bigint") {
    if (value < minimum) {
      problems.push(wrong(field(), value, `should be greater than or equal to ${minimum}`));
    }
    if (value > maximum) problems.push(wrong(field(), value, `should be less than or equal to ${maximum}`));
  } else if (Array.isArray(value)) {
    const count = value.length;
    if (count > maxItems) problems.push(tooMany(field(), { count, most: maxItems }));
    if (count < minItems) problems.push(wrong(field(), value, `should have at least ${minItems} items`));
  }
  return problems;
}

function wrong(path: string, value: Json, detail: string): Problem {
  return invalid(path, value, `${path} in body ${detail}`);
}
